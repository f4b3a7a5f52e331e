/** In the browser. A link inside of what folds and unfolds cannot be told from it by who hears the page: it moves out. */
function untangle(summary) {
  for (const link of summary.querySelectorAll("a")) {
    const list = summary.parentElement.querySelector(".tsd-accordion-details > ul");
    const named = link.textContent.trim();
    if (list && named) {
      const name = document.createElement("span");
      name.textContent = named;
      link.replaceWith(name);
      link.textContent = `All of ${named}`;
      list.prepend(document.createElement("li"));
      list.firstElementChild.append(link);
    } else link.remove();
  }
}

const untangleAll = () => document.querySelectorAll("details > summary").forEach(untangle);
untangleAll();
// The menu is made by a script that comes later.
const menu = document.querySelector(".tsd-navigation.site-menu, #tsd-nav-container, .site-menu");
if (menu) new MutationObserver(untangleAll).observe(menu, { childList: true, subtree: true });
