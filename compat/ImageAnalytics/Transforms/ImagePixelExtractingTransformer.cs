using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms.Image;

public sealed class ImagePixelExtractingTransformer : OneToOneTransformerBase, ITransformerLoader
{
    private const string RegistrationName = "ImagePixelExtractor";

    internal ImagePixelExtractingTransformer(IHostEnvironment env, params ImagePixelExtractingEstimator.ColumnOptions[] columns)
        : base(env.Register(RegistrationName), columns.Select(column => (column.Name, column.InputColumnName)).ToArray())
    {
        Columns = columns;
    }

    private ImagePixelExtractingTransformer(IHostEnvironment env, ModelLoadContext ctx)
        : base(env.Register(RegistrationName), ctx)
    {
        Columns = ColumnPairs
            .Select(pair => ImagePixelExtractingEstimator.ColumnOptions.Load(ctx, pair.outputColumnName, pair.inputColumnName)).ToArray();
    }

    internal ImagePixelExtractingEstimator.ColumnOptions[] Columns { get; }

    static ITransformer ITransformerLoader.Load(IHostEnvironment env, ModelLoadContext ctx) => new ImagePixelExtractingTransformer(env, ctx);

    internal override void CheckInputColumn(DataViewSchema inputSchema, int col, int srcCol)
    {
        string name = ColumnPairs[col].inputColumnName;
        ImageColumns.Check(inputSchema, name, inputSchema[srcCol].Type);
        var type = (ImageDataViewType)inputSchema[srcCol].Type;
        if (type.Height <= 0 || type.Width <= 0)
            throw Contracts.ExceptSchemaMismatch(nameof(inputSchema), "input", name, "known-size image", "unknown-size image");
    }

    private protected override RowMapping MakeMapping(DataViewSchema inputSchema) => new Mapping(this, inputSchema);

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetLoader<ImagePixelExtractingTransformer>();
        SaveColumns(ctx);
        foreach (ImagePixelExtractingEstimator.ColumnOptions column in Columns)
            column.Save(ctx);
    }

    private sealed class Mapping(ImagePixelExtractingTransformer parent, DataViewSchema inputSchema) : OneToOneMapping(parent, inputSchema)
    {
        protected override DataViewSchema.DetachedColumn CreateOutputColumn(int output)
        {
            ImagePixelExtractingEstimator.ColumnOptions column = parent.Columns[output];
            var image = (ImageDataViewType)InputColumn(output).Type;
            int[] dimensions = column.Interleave
                ? [image.Height, image.Width, column.Layout.Planes]
                : [column.Layout.Planes, image.Height, image.Width];
            return new DataViewSchema.DetachedColumn(column.Name, new VectorDataViewType(column.ItemType, dimensions));
        }

        protected override Delegate CreateGetter(DataViewRow input, int output, out Action disposer)
        {
            ImagePixelExtractingEstimator.ColumnOptions column = parent.Columns[output];
            var type = (ImageDataViewType)InputColumn(output).Type;
            ValueGetter<MLImage> getSource = input.GetGetter<MLImage>(InputColumn(output));
            MLImage source = null;
            disposer = () =>
            {
                source?.Dispose();
                source = null;
            };

            MLImage Next()
            {
                getSource(ref source);
                if (source != null && (source.Height != type.Height || source.Width != type.Width))
                {
                    throw Contracts.Except($"Column '{column.InputColumnName}' holds an image of {source.Width} x {source.Height} pixels "
                        + $"where its type says {type.Width} x {type.Height}");
                }
                return source;
            }

            int size = type.Height * type.Width * column.Layout.Planes;
            return column.OutputAsFloatArray ? FloatGetter(Next, size, column) : ByteGetter(Next, size, column);
        }

        private static ValueGetter<VBuffer<float>> FloatGetter(Func<MLImage> next, int size, ImagePixelExtractingEstimator.ColumnOptions column)
        {
            float[] table = Table(value => (value - column.Offset) * column.Scale);
            return (ref VBuffer<float> vector) => Extract(next(), size, column, ref vector, table);
        }

        private static ValueGetter<VBuffer<byte>> ByteGetter(Func<MLImage> next, int size, ImagePixelExtractingEstimator.ColumnOptions column)
        {
            byte[] table = Table(value => value);
            return (ref VBuffer<byte> vector) => Extract(next(), size, column, ref vector, table);
        }

        private static void Extract<T>(
            MLImage image, int size, ImagePixelExtractingEstimator.ColumnOptions column, ref VBuffer<T> vector, T[] table)
        {
            if (image == null)
            {
                // A missing image is all zeroes.
                vector = new VBuffer<T>(size, 0, [], []);
                return;
            }
            VBufferEditor<T> editor = VBufferEditor.Create(ref vector, size);
            ColorLayout layout = column.Layout;
            bool blueFirst = image.PixelFormat == MLPixelFormat.Bgra32;
            CopyPlane(image.Pixels[3..], layout.Alpha, editor.Values, column, table);
            CopyPlane(image.Pixels[(blueFirst ? 2 : 0)..], layout.Red, editor.Values, column, table);
            CopyPlane(image.Pixels[1..], layout.Green, editor.Values, column, table);
            CopyPlane(image.Pixels[(blueFirst ? 0 : 2)..], layout.Blue, editor.Values, column, table);
            vector = editor.Commit();
        }

        private static T[] Table<T>(Func<byte, T> convert)
        {
            var table = new T[256];
            for (int value = 0; value < table.Length; value++)
                table[value] = convert((byte)value);
            return table;
        }

        private static void CopyPlane<T>(
            ReadOnlySpan<byte> from, int plane, Span<T> to, ImagePixelExtractingEstimator.ColumnOptions column, T[] table)
        {
            if (plane < 0)
                return;
            int count = to.Length / column.Layout.Planes;
            int at = column.Interleave ? plane : plane * count;
            int step = column.Interleave ? column.Layout.Planes : 1;
            for (int i = 0; i < count; i++, at += step)
                to[at] = table[from[4 * i]];
        }
    }
}
