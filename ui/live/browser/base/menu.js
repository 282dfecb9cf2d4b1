// The menu of a small screen, which goes once it has led somewhere.
//
// Streamlit leaves it over the page unless the browser says that it is a phone's, which those of tablets,
// and of phones that want a desktop's pages, do not. A press beside the menu closes it: one is made here.

const NARROW = 768; // pixels of the screen up to which the menu lies over the page
const LINK = "[data-testid='stSidebarNavLink']";

/** Have the menu go at each choice; once for all elements of a tab. */
export function closeMenu() {
  if (globalThis.latentMenuCloses) return;
  globalThis.latentMenuCloses = true;
  document.addEventListener("click", ({ target }) => {
    if (innerWidth > NARROW || !target.closest?.(LINK)) return;
    document.querySelector("[data-testid='stMain']")?.dispatchEvent(new MouseEvent("mousedown", { bubbles: true }));
  });
}
