// On a phone a map's first view is the list; the drawing stays for the visit once it was chosen, and for a link into it.
if (matchMedia("(max-width: 40rem)").matches && !location.hash && !sessionStorage.getItem("yhdyspinta-drawing"))
  location.replace(document.currentScript.dataset.list + location.search);
