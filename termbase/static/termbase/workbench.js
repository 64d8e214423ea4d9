// The admin's pages are hidden until Alpine has started; what is hidden when it is parsed gets no focus of its own.
const focus = () => document.querySelector(".workbench [autofocus]")?.focus();
document.addEventListener("alpine:initialized", () => requestAnimationFrame(focus));
addEventListener("load", focus);
