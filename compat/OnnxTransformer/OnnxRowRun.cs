using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.Transforms.Onnx;

/// <summary>The outputs of the row that a cursor stands on, computed when the first of them is asked for.</summary>
internal sealed class OnnxRowRun(OnnxModel model, DataViewRow row, OnnxInput[] inputs, string[] outputs) : IDisposable
{
    private IDisposableReadOnlyCollection<DisposableNamedOnnxValue> _values;
    private long _position = -1;

    public NamedOnnxValue Output(string name)
    {
        if (_position != row.Position)
        {
            NamedOnnxValue[] values = Array.ConvertAll(inputs, input => input.Next());
            _values?.Dispose();
            _values = null;
            _values = model.Run(values, outputs);
            _position = row.Position;
        }
        return _values.First(value => value.Name == name);
    }

    public void Dispose() => _values?.Dispose();
}
