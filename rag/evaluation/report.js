// The filters, and opening an item that a link leads to. Without JavaScript every question is simply shown.
const form = document.getElementById("filters");
const rows = [...document.querySelectorAll(".question")];
const show = () => {
  const words = form.words.value.trim().toLowerCase();
  let shown = 0;
  for (const row of rows) {
    const fits = (!form.type.value || row.dataset.type === form.type.value)
      && (!form.grade.value || row.dataset.grade === form.grade.value)
      && row.querySelector("summary").textContent.toLowerCase().includes(words);
    row.hidden = !fits;
    shown += fits;
  }
  form.querySelector("output").textContent = `${shown} shown`;
};
form.addEventListener("input", show);
form.addEventListener("submit", (event) => event.preventDefault());
form.hidden = false;
const open = () => {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target instanceof HTMLDetailsElement) { target.open = true; target.scrollIntoView(); }
};
addEventListener("hashchange", open);
open();
