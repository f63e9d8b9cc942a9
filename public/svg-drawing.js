/**
 * Draws SVGs in a page without rights: it is sandboxed, so it has an origin of its own, no extension interface, and a
 * process of its own, which `lib/engine/svg-drawing.ts` ends by taking the frame away. As an image, so that scripts in the drawing
 * never run and nothing outside it is loaded. Not a module: a sandboxed page may not load one.
 */
addEventListener('message', async ({ data, ports: [port] }) => {
  const { bytes, width, height } = data;
  try {
    // Of an image with a blob: address, Chromium takes the pixels back when there is a foreignObject in it; of a data: one not.
    const address = await dataUrl(new Blob([bytes], { type: 'image/svg+xml' }));
    const image = new Image(width, height);
    image.src = address;
    await image.decode();
    const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
    if (!context) return port.postMessage({ failed: 'memory' });
    context.drawImage(image, 0, 0, width, height);
    const pixels = context.getImageData(0, 0, width, height).data;
    port.postMessage({ pixels }, [pixels.buffer]);
  } catch (thrown) {
    port.postMessage({
      failed: thrown?.name === 'SecurityError' ? 'tainted' : thrown?.name === 'RangeError' ? 'memory' : 'unreadable',
    });
  }
});

function dataUrl(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}
