const LONGEST = 1200; // pixels of what is sent: a digit is 28 in the end
const MOST_BYTES = 20e6;

async function smaller(file) {
  try {
    const bitmap = await createImageBitmap(file);
    const scale = Math.min(1, LONGEST / Math.max(bitmap.width, bitmap.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(scale * bitmap.width));
    canvas.height = Math.max(1, Math.round(scale * bitmap.height));
    canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  } catch {
    return file; // the server says what is wrong with it
  }
}

function base64(blob) {
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).split(",")[1] ?? "");
    reader.onerror = () => resolve("");
    reader.readAsDataURL(blob);
  });
}

export default function ({ data, parentElement, setTriggerValue }) {
  parentElement.listening?.abort();
  const card = document.querySelector(`.st-key-${data.card}`);
  if (!card) return;
  card.dataset.takesPictures = "";
  const listening = new AbortController();
  parentElement.listening = listening;
  const { signal } = listening;

  async function send(files, name) {
    const file = [...files].find((each) => each.type.startsWith("image/")) ?? files[0];
    const blob = await smaller(file);
    const content = blob.size > MOST_BYTES ? "" : await base64(blob);
    setTriggerValue("picture", { name: name ?? file.name, content });
  }
  const holdsFiles = (transfer) => [...(transfer?.types ?? [])].includes("Files");

  card.addEventListener("dragover", (event) => {
    if (holdsFiles(event.dataTransfer)) event.preventDefault();
  }, { signal });
  card.addEventListener("drop", (event) => {
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    send(event.dataTransfer.files);
  }, { signal });
  document.addEventListener("paste", (event) => {
    const files = event.clipboardData?.files;
    if (!files?.length) return;
    const cards = [...document.querySelectorAll("[data-takes-pictures]")];
    const meant = cards.find((each) => each.matches(":hover")) ??
      cards.find((each) => each.matches(":focus-within")) ?? cards[0];
    if (meant !== card) return;
    event.preventDefault();
    send(files, "");
  }, { signal });
  return () => listening.abort();
}
