// Hands what the server knows to the model in the page, once that is loaded. Without it, the server alone answers.
export default function ({ parentElement, data, setStateValue }) {
  if (data.model === null && !parentElement.live) return;
  parentElement.live ??= import(new URL(`${data.scripts}live/${data.script}`, document.baseURI).href)
    .then(({ live }) => live(parentElement, setStateValue)).catch(() => null);
  parentElement.live.then((page) => page?.hear(data));
  return () => {
    parentElement.live?.then((page) => page?.stop());
    delete parentElement.live;
  };
}
