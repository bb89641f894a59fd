/** As many badges as the profile shows first can be ticked, and no more. */
for (const form of document.querySelectorAll<HTMLFormElement>("form[data-most]")) {
  const boxes = [...form.querySelectorAll<HTMLInputElement>('input[type="checkbox"]')];
  const show = () => {
    const full = boxes.filter((box) => box.checked).length >= Number(form.dataset.most);
    for (const box of boxes) box.disabled = full && !box.checked;
  };
  form.addEventListener("change", show);
  show();
}

export {};
