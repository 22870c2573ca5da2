// Files that are chosen: pictures are made smaller before they are sent, and what is too large is said before it is sent.

const LARGEST_SIDE = 2048, QUALITY = 0.8;

async function smaller(file) {
  if (!/^image\/(jpeg|png)$/.test(file.type)) return file;
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const part = Math.min(1, LARGEST_SIDE / Math.max(picture.width, picture.height));
    const canvas = Object.assign(document.createElement("canvas"), { width: picture.width * part, height: picture.height * part });
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    const made = await new Promise((done) => canvas.toBlob(done, file.type, QUALITY));
    return made && made.size < file.size ? new File([made], file.name, { type: file.type }) : file;
  } catch {
    return file; // the server says what is wrong with it
  }
}

async function take(input) {
  const said = input.parentElement.querySelector("[data-files-said]");
  const chosen = await Promise.all([...input.files].map(smaller));
  const large = chosen.filter(({ size }) => size > Number(input.dataset.most));
  const files = new DataTransfer();
  for (const file of chosen) if (!large.includes(file)) files.items.add(file);
  input.files = files.files;
  said.textContent = large.map(({ name }) => input.dataset.large.replace("{name}", name)).join(" ");
  said.hidden = !large.length;
}

document.addEventListener("change", ({ target }) => target.matches?.("input[type=file][data-most]") && take(target));
