using Microsoft.ML;
using Microsoft.ML.Data;
using static TorchSharp.torch;

namespace MLNetGen;

/// <summary>A column of vectors of one known size with values in [0, 1], or pictures already turned into such.</summary>
/// <param name="context">ML.NET's.</param>
/// <param name="name">The column's.</param>
/// <param name="shape">Of one row.</param>
/// <param name="anyFinite">Whether values may be any finite numbers.</param>
internal sealed class VectorInput(MLContext context, string name, long[] shape, bool anyFinite = false) : NetworkInput(context, name)
{
    public override long[] Shape { get; } = shape;

    public override float Scale => 1;

    /// <summary>The vectors as they are, or as pictures of <paramref name="channels"/> × size × size where both are set.</summary>
    public static VectorInput Decide(MLContext context, IDataView rows, string name, int size, int channels)
    {
        int length = ((VectorDataViewType)Find(rows, name).Type).Size;
        if (size == 0 && channels == 0)
            return new VectorInput(context, name, [length]);
        channels = Math.Max(channels, 1);
        if (size == 0)
            size = (int)Math.Round(Math.Sqrt(length / (double)channels));
        if ((long)channels * size * size != length)
        {
            throw new ArgumentException($"column '{name}' has {length} values a row, which is not {channels}×{size}×{size} "
                + $"= {(long)channels * size * size}: set ImageSize and Channels to fit, or leave both unset.");
        }
        return new VectorInput(context, name, [channels, size, size]);
    }

    public override IEstimator<ITransformer> ToPixels() => Context.Transforms.CopyColumns(Pixels, Name);

    public override Tensor Read(IDataView rows, CancellationToken cancel)
    {
        DataViewSchema.Column column = Find(rows, Name);
        if (column.Type is not VectorDataViewType { ItemType: NumberDataViewType { RawType: var raw } } || raw != typeof(float))
            throw new ArgumentException($"column '{Name}' is {column.Type}, and the network learns from vectors of Single there: convert it (ml.Transforms.Conversion.ConvertType), or choose other rows.");
        return ReadVectors<float>(rows, Name, ScalarType.Float32, cancel, Check);
    }

    private void Check(ReadOnlySpan<float> values, long row)
    {
        for (int slot = 0; slot < values.Length; slot++)
        {
            if (anyFinite && !float.IsFinite(values[slot]))
                throw new InvalidDataException($"row {row} of column '{Name}' has the value {values[slot]} in slot {slot}: replace or filter such rows first.");
            if (!anyFinite && !(values[slot] is >= 0 and <= 1))
            {
                throw new InvalidDataException($"row {row} of column '{Name}' has the value {values[slot]} in slot {slot}; values must lie in [0, 1]: "
                    + (float.IsNaN(values[slot]) ? "replace or filter missing values first." : "scale the column first (NormalizeMinMax)."));
            }
        }
    }
}
