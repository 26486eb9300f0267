using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.Transforms.Onnx;

/// <summary>The outputs of the row that a cursor stands on, computed when the first of them is asked for.</summary>
internal sealed class OnnxRowRun(OnnxModel model, DataViewRow row, OnnxInput[] inputs, string[] outputs) : IDisposable
{
    private IDisposableReadOnlyCollection<DisposableNamedOnnxValue> values;
    private long position = -1;

    public NamedOnnxValue Output(string name)
    {
        if (position != row.Position)
        {
            NamedOnnxValue[] tensors = Array.ConvertAll(inputs, input => input.Next());
            values?.Dispose();
            values = null;
            values = model.Run(tensors, outputs);
            position = row.Position;
        }
        return values.First(value => value.Name == name);
    }

    public void Dispose() => values?.Dispose();
}
