// Puts the chosen theme on the page before anything is drawn; without a choice the system's holds.
{
  const chosen = localStorage.getItem("eventyard-theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
}
