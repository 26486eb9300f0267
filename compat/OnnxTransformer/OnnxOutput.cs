using System.Reflection;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime.Tensors;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms.Onnx;

/// <summary>Getters that copy a row's output tensors into vectors.</summary>
internal static class OnnxOutput
{
    private static readonly MethodInfo MakeVector = Generic.Method(typeof(OnnxOutput), nameof(Vector));
    private static readonly MethodInfo MakeScalar = Generic.Method(typeof(OnnxOutput), nameof(Scalar));

    public static Delegate Getter(OnnxRowRun run, string name, DataViewType type) => type switch
    {
        VectorDataViewType { ItemType: TextDataViewType } => Texts(run, name),
        VectorDataViewType vector => Generic.Invoke<Delegate>(MakeVector, null, [vector.ItemType.RawType], run, name),
        _ => Generic.Invoke<Delegate>(MakeScalar, null, [type.RawType], name),
    };

    private static ValueGetter<VBuffer<T>> Vector<T>(OnnxRowRun run, string name) =>
        (ref VBuffer<T> vector) =>
        {
            DenseTensor<T> tensor = Dense<T>(run, name);
            VBufferEditor<T> editor = VBufferEditor.Create(ref vector, (int)tensor.Length);
            tensor.Buffer.Span.CopyTo(editor.Values);
            vector = editor.Commit();
        };

    private static ValueGetter<VBuffer<ReadOnlyMemory<char>>> Texts(OnnxRowRun run, string name) =>
        (ref VBuffer<ReadOnlyMemory<char>> vector) =>
        {
            DenseTensor<string> tensor = Dense<string>(run, name);
            VBufferEditor<ReadOnlyMemory<char>> editor = VBufferEditor.Create(ref vector, (int)tensor.Length);
            for (int i = 0; i < editor.Values.Length; i++)
                editor.Values[i] = tensor.GetValue(i).AsMemory();
            vector = editor.Commit();
        };

    // The real transformer declares an output without dimensions as a scalar and then fails on reading it.
    private static ValueGetter<T> Scalar<T>(string name) => (ref T _) =>
        throw new InvalidCastException($"Output '{name}' of the ONNX model is a scalar, which cannot be read: give it the shape [1]");

    private static DenseTensor<T> Dense<T>(OnnxRowRun run, string name) =>
        run.Output(name).AsTensor<T>() as DenseTensor<T>
        ?? throw Contracts.Except($"Output column {name} doesn't contain a DenseTensor of expected type {typeof(T)}");
}
