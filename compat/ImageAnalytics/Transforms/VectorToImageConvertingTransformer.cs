using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms.Image;

public sealed class VectorToImageConvertingTransformer : OneToOneTransformerBase, ITransformerLoader
{
    private const string RegistrationName = "VectorToImageConverter";

    internal VectorToImageConvertingTransformer(IHostEnvironment env, params VectorToImageConvertingEstimator.ColumnOptions[] columns)
        : base(env.Register(RegistrationName), columns.Select(column => (column.Name, column.InputColumnName)).ToArray())
    {
        Columns = columns;
    }

    private VectorToImageConvertingTransformer(IHostEnvironment env, ModelLoadContext ctx)
        : base(env.Register(RegistrationName), ctx)
    {
        Columns = ColumnPairs
            .Select(pair => VectorToImageConvertingEstimator.ColumnOptions.Load(ctx, pair.outputColumnName, pair.inputColumnName)).ToArray();
    }

    internal VectorToImageConvertingEstimator.ColumnOptions[] Columns { get; }

    static ITransformer ITransformerLoader.Load(IHostEnvironment env, ModelLoadContext ctx) => new VectorToImageConvertingTransformer(env, ctx);

    internal override void CheckInputColumn(DataViewSchema inputSchema, int col, int srcCol)
    {
        VectorToImageConvertingEstimator.ColumnOptions column = Columns[col];
        if (inputSchema[srcCol].Type is not VectorDataViewType type)
        {
            throw Contracts.ExceptSchemaMismatch(nameof(inputSchema), "input", column.InputColumnName, "image", inputSchema[srcCol].Type.ToString());
        }
        if (type.Size != column.ImageHeight * column.ImageWidth * column.Layout.Planes)
        {
            var expected = new VectorDataViewType(type.ItemType, column.ImageHeight, column.ImageWidth, column.Layout.Planes);
            throw Contracts.ExceptSchemaMismatch(nameof(inputSchema), "input", column.InputColumnName, expected.ToString(), type.ToString());
        }
    }

    private protected override RowMapping MakeMapping(DataViewSchema inputSchema) => new Mapping(this, inputSchema);

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetLoader<VectorToImageConvertingTransformer>();
        SaveColumns(ctx);
        foreach (VectorToImageConvertingEstimator.ColumnOptions column in Columns)
            column.Save(ctx);
    }

    private sealed class Mapping(VectorToImageConvertingTransformer parent, DataViewSchema inputSchema) : OneToOneMapping(parent, inputSchema)
    {
        protected override DataViewSchema.DetachedColumn CreateOutputColumn(int output) =>
            new(parent.Columns[output].Name, parent.Columns[output].Type);

        protected override Delegate CreateGetter(DataViewRow input, int output, out Action disposer)
        {
            disposer = null;
            VectorToImageConvertingEstimator.ColumnOptions column = parent.Columns[output];
            bool scaled = column.Offset != 0 || column.Scale != 1;
            DataViewType itemType = ((VectorDataViewType)InputColumn(output).Type).ItemType;
            if (itemType == NumberDataViewType.Single)
                return Getter<float>(input, output, column, scaled, value => value);
            if (itemType == NumberDataViewType.Double)
                return Getter<double>(input, output, column, scaled, value => (float)value);
            if (itemType == NumberDataViewType.Byte)
                return Getter<byte>(input, output, column, scaled: false, value => value);
            throw Contracts.Except("We only support float, double or byte arrays");
        }

        private ValueGetter<MLImage> Getter<T>(
            DataViewRow input, int output, VectorToImageConvertingEstimator.ColumnOptions column, bool scaled, Func<T, float> toSingle)
        {
            ValueGetter<VBuffer<T>> getSource = input.GetGetter<VBuffer<T>>(InputColumn(output));
            VBuffer<T> source = default;
            return (ref MLImage image) =>
            {
                getSource(ref source);
                if (source.GetValues().Length == 0)
                {
                    image = null;
                    return;
                }
                VBuffer<T> dense = default;
                source.CopyToDense(ref dense);
                var pixels = new byte[column.ImageWidth * column.ImageHeight * 4];
                ColorLayout layout = column.Layout;
                // Without an alpha plane a scaled image is wholly transparent and an unscaled one opaque: the real transform's way.
                Fill(pixels, 0, dense.GetValues(), layout.Blue, column, scaled, toSingle, missing: ToByte(0, scaled, column));
                Fill(pixels, 1, dense.GetValues(), layout.Green, column, scaled, toSingle, missing: ToByte(0, scaled, column));
                Fill(pixels, 2, dense.GetValues(), layout.Red, column, scaled, toSingle, missing: ToByte(0, scaled, column));
                Fill(pixels, 3, dense.GetValues(), layout.Alpha, column, scaled, toSingle, missing: scaled ? (byte)0 : (byte)255);
                image = MLImage.CreateFromPixels(column.ImageWidth, column.ImageHeight, MLPixelFormat.Bgra32, pixels);
                image.Tag = nameof(VectorToImageConvertingTransformer);
            };
        }

        private static void Fill<T>(
            byte[] pixels, int channel, ReadOnlySpan<T> values, int plane,
            VectorToImageConvertingEstimator.ColumnOptions column, bool scaled, Func<T, float> toSingle, byte missing)
        {
            int count = pixels.Length / 4;
            int at = column.Interleaved ? plane : plane * count;
            int step = column.Interleaved ? column.Layout.Planes : 1;
            for (int i = 0; i < count; i++, at += step)
                pixels[(4 * i) + channel] = plane < 0 ? missing : ToByte(toSingle(values[at]), scaled, column);
        }

        // A value outside 0..255 wraps, as the real transform's cast does.
        private static byte ToByte(float value, bool scaled, VectorToImageConvertingEstimator.ColumnOptions column) =>
            scaled ? unchecked((byte)Math.Round((value * column.Scale) - column.Offset)) : unchecked((byte)value);
    }
}
