// Hands what the server knows to the model in the page, once that is loaded. Without it, the server alone answers.
export default function ({ parentElement, data, setStateValue }) {
  if (data.model === null && !parentElement.live) return;
  parentElement.live ??= painted().then(() => import(new URL(`${data.scripts}live/${data.script}`, document.baseURI).href))
    .then(({ live }) => live(parentElement, setStateValue)).catch(() => null);
  parentElement.live.then((page) => page?.hear(data));
  return () => {
    parentElement.live?.then((page) => page?.stop());
    delete parentElement.live;
  };
}

// What is seen comes first: the scripts, and a server that has just started, would keep the processor from it.
function painted() {
  const idle = window.requestIdleCallback ?? ((done) => setTimeout(done, 200)); // which WebKit lacks
  return new Promise((resolve) => idle(resolve, { timeout: 1000 }));
}
