// Which document the page shows, and where it answers: the page says so, no script knows an address.

export const about = document.getElementById("document-live").dataset;
