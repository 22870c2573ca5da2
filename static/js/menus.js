// The header's menus close by Escape, by a press elsewhere and when the focus leaves; Ctrl K and / lead to the search.
const menus = () => document.querySelectorAll("details.menu[open]");

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    for (const menu of menus()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  }
  const types = event.target.closest?.("input, textarea, select, [contenteditable]");
  const wished = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.altKey;
  if (wished || (event.key === "/" && !types && !event.ctrlKey && !event.metaKey && !event.altKey)) {
    const field = document.querySelector("[data-search] input");
    if (!field) return;
    event.preventDefault();
    if (field.checkVisibility()) field.select();
    else document.querySelector(".site-search__link").click();
  }
});
for (const leaving of ["pointerdown", "focusin"]) {
  document.addEventListener(leaving, (event) => {
    for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
  });
}
