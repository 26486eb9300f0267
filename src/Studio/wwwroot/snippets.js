// This very model in a program of one's own. network: its summary; file: what the network's file is called; zip: whether it came out of a model.zip.
const isFree = axis => !/^\d+$/.test(axis);
const axes = (one, free) => (one.shape ?? []).map((axis, i) => isFree(axis) ? (i === 0 || /batch/i.test(axis) ? 1 : free) : +axis);
const sharp = { float32: 'float', float64: 'double', uint8: 'byte', int32: 'int', int64: 'long', bool: 'bool', float16: 'Float16', string: 'string' };
const arrays = { float32: 'Float32Array', float64: 'Float64Array', uint8: 'Uint8Array', int32: 'Int32Array', int64: 'BigInt64Array', bool: 'Uint8Array' };
const text = name => JSON.stringify(name);
const word = name => { const plain = name.replace(/[^A-Za-z0-9]+(.)?/g, (_, c) => (c ?? '').toUpperCase()); return /^[A-Za-z]/.test(plain) ? plain.charAt(0).toLowerCase() + plain.slice(1) : `value${plain}`; };

export function snippets(network, file, zip, free = 224) {
  const { inputs, outputs, metadata } = network;
  const pixels = metadata.pixels ? `pixels: ${metadata.pixels}` : 'what the numbers mean, the metadata say';
  const csharp = [
    ...zip ? [
      '// dotnet add package MLNetGen.Trainers, and the packages that it names.', 'using Microsoft.ML;', 'using MLNetGen;', '',
      'MLContext ml = new();', `ITransformer model = ml.Model.Load(${text('model.zip')}, out DataViewSchema schema);`,
      '// Image, Label and Path of every picture in a folder; the model adds its columns.', `IDataView rows = ml.Images.LoadFolder(${text('pictures')});`, 'IDataView results = model.Transform(rows);',
      'foreach (DataViewSchema.Column column in results.Schema) Console.WriteLine($"{column.Name}: {column.Type}");',
    ] : [
      '// dotnet add package Microsoft.ML.OnnxRuntime', 'using Microsoft.ML.OnnxRuntime;', 'using Microsoft.ML.OnnxRuntime.Tensors;', '',
      `using InferenceSession session = new(${text(file)});`, `// ${pixels}`,
      ...inputs.map(one => `DenseTensor<${sharp[one.elementType] ?? 'float'}> ${word(one.name)}In = new(new[] { ${axes(one, free).join(', ')} });`),
      'using var results = session.Run(', '[', ...inputs.map(one => `    NamedOnnxValue.CreateFromTensor(${text(one.name)}, ${word(one.name)}In),`), ']);',
      ...outputs.map(one => `Tensor<${sharp[one.elementType] ?? 'float'}> ${word(one.name)} = results.Single(result => result.Name == ${text(one.name)}).AsTensor<${sharp[one.elementType] ?? 'float'}>();`),
      ...outputs.map(one => `Console.WriteLine($"${one.name.replace(/["\\{}]/g, '')}: {string.Join(" × ", ${word(one.name)}.Dimensions.ToArray())}");`),
    ],
  ].join('\n');
  const numpy = { float32: 'float32', float64: 'float64', uint8: 'uint8', int32: 'int32', int64: 'int64', bool: 'bool_', float16: 'float16' };
  const python = [
    '# pip install onnxruntime numpy', 'import numpy as np', 'import onnxruntime as ort', '', `session = ort.InferenceSession(${text(file)})`, `# ${pixels}`, 'results = session.run(None, {',
    ...inputs.map(one => `    ${text(one.name)}: np.zeros((${axes(one, free).map(axis => `${axis},`).join(' ')}), np.${numpy[one.elementType] ?? 'float32'}),`), '})',
    'for output, result in zip(session.get_outputs(), results):', '    print(output.name, result.shape)',
  ].join('\n');
  const javascript = [
    "// npm install onnxruntime-web", "import * as ort from 'onnxruntime-web';", '', `const session = await ort.InferenceSession.create(${text(`./${file}`)});`, `// ${pixels}`, 'const results = await session.run({',
    ...inputs.map(one => { const shape = axes(one, free); return `  ${text(one.name)}: new ort.Tensor(${text(one.elementType)}, new ${arrays[one.elementType] ?? 'Float32Array'}(${shape.reduce((a, b) => a * b, 1)}), [${shape.join(', ')}]),`; }), '});',
    'for (const name of session.outputNames) console.log(name, results[name].dims);',
  ].join('\n');
  return { csharp, python, javascript };
}
