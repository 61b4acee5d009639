export default async function stopAfterTests() {
  await globalThis.batonTestStack?.stop();
}
