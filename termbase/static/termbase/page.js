// What the page does beyond htmx: "/" goes to the search box.
document.addEventListener("keydown", (event) => {
  const box = document.getElementById("q");
  if (event.key === "/" && box && document.activeElement !== box && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    box.select();
    box.focus();
  }
});
