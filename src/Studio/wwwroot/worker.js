// Runs a network in the browser: in a worker, which alone may compile WebAssembly.
import * as ort from './ort/ort.wasm.min.mjs';

ort.env.wasm.numThreads = 1;
ort.env.wasm.wasmPaths = new URL('./ort/', import.meta.url).href;

const arrays = { float32: Float32Array, float64: Float64Array, uint8: Uint8Array, int32: Int32Array, int64: BigInt64Array };

onmessage = async ({ data: { model, tensors } }) => {
  try {
    const session = await ort.InferenceSession.create(new Uint8Array(model), { executionProviders: ['wasm'] });
    try {
      const feeds = Object.fromEntries(tensors.map(one => [one.name, new ort.Tensor(one.type, new arrays[one.type](one.bytes), one.shape)]));
      const start = performance.now(), results = await session.run(feeds);
      const outputs = session.outputNames.map(name => ({ name, type: results[name].type, shape: [...results[name].dims], bytes: results[name].data.slice().buffer }));
      postMessage({ seconds: (performance.now() - start) / 1000, outputs }, outputs.map(one => one.bytes));
    } finally {
      await session.release();
    }
  } catch (error) {
    postMessage({ error: String(error?.message ?? error) });
  }
};
postMessage({ ready: true });
