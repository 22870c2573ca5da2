/* The buttons that print the page; without this script the browser's own does. */
const show = () => {
  for (const button of document.querySelectorAll("[data-print]")) button.hidden = false;
};
show();
document.addEventListener("again:changed", show);
document.addEventListener("click", (event) => {
  if (event.target instanceof Element && event.target.closest("[data-print]")) window.print();
});
