// Where a class's code is typed. The browser loads the link of the class, from which a server in front of several tells to
// which of them the class belongs (deploy/nginx/replicas.conf).

export default function ({ parentElement, data }) {
  const form = parentElement.querySelector("form");
  form.querySelector("span").textContent = data.label;
  form.querySelector("button").textContent = data.join;
  form.querySelector("input").maxLength = 2 * data.letters; // with blanks and hyphens
  form.action = location.pathname;
  form.onsubmit = () => {
    const code = form.querySelector("input");
    code.value = code.value.replace(/[\s-]/g, "").toUpperCase();
  };
}
