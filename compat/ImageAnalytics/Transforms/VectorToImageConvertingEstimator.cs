using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms.Image;

public sealed class VectorToImageConvertingEstimator : TrivialEstimator<VectorToImageConvertingTransformer>
{
    internal VectorToImageConvertingEstimator(IHostEnvironment env, params ColumnOptions[] columns)
        : base(env.Register(nameof(VectorToImageConvertingEstimator)), new VectorToImageConvertingTransformer(env, columns))
    {
    }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Contracts.CheckValue(inputSchema, nameof(inputSchema));
        return inputSchema.With(Transformer.Columns.Select(column =>
        {
            CheckInput(inputSchema, column.InputColumnName);
            return new SchemaShape.Column(column.Name, SchemaShape.Column.VectorKind.Scalar, column.Type, false);
        }).ToArray());
    }

    private static void CheckInput(SchemaShape inputSchema, string name)
    {
        if (!inputSchema.TryFindColumn(name, out SchemaShape.Column column))
            throw Contracts.ExceptSchemaMismatch(nameof(inputSchema), "input", name);
        bool isPixels = column.ItemType == NumberDataViewType.Single || column.ItemType == NumberDataViewType.Double || column.ItemType == NumberDataViewType.Byte;
        if (column.Kind != SchemaShape.Column.VectorKind.Vector || !isPixels)
        {
            throw Contracts.ExceptSchemaMismatch(nameof(inputSchema), "input", name,
                "known-size vector of type Single, Double or Byte", column.GetTypeString());
        }
    }

    internal sealed class ColumnOptions
    {
        public ColumnOptions(
            string name, int imageHeight, int imageWidth, string inputColumnName,
            ImagePixelExtractingEstimator.ColorBits colors, ImagePixelExtractingEstimator.ColorsOrder order,
            bool interleaved, float scale, float offset)
        {
            Contracts.CheckParam(!string.IsNullOrWhiteSpace(name), nameof(name), "Cannot be null, empty or white space");
            Name = name;
            InputColumnName = inputColumnName ?? name;
            Colors = colors;
            Order = order;
            Layout = ColorLayout.Of(colors, order);
            Interleaved = interleaved;
            ImageWidth = imageWidth;
            ImageHeight = imageHeight;
            Offset = offset;
            Scale = scale;
            Contracts.CheckParam(Layout.Planes > 0, nameof(colors), "Need to use at least one color plane");
            Contracts.CheckParam(imageWidth > 0, nameof(imageWidth), "Image width must be greater than zero");
            Contracts.CheckParam(imageHeight > 0, nameof(imageHeight), "Image height must be greater than zero");
            Contracts.CheckParam(float.IsFinite(offset), nameof(offset), "Must be finite");
            Contracts.CheckParam(float.IsFinite(scale) && scale != 0, nameof(scale), "Must be finite and not zero");
            Type = new ImageDataViewType(imageHeight, imageWidth);
        }

        public string Name { get; }

        public string InputColumnName { get; }

        public ImagePixelExtractingEstimator.ColorBits Colors { get; }

        public ImagePixelExtractingEstimator.ColorsOrder Order { get; }

        public ColorLayout Layout { get; }

        public bool Interleaved { get; }

        public int ImageWidth { get; }

        public int ImageHeight { get; }

        public float Offset { get; }

        public float Scale { get; }

        public ImageDataViewType Type { get; }

        public void Save(ModelSaveContext ctx)
        {
            ctx.Writer.Write(ImageHeight);
            ctx.Writer.Write(ImageWidth);
            ctx.Writer.Write((byte)Colors);
            ctx.Writer.Write((byte)Order);
            ctx.Writer.Write(Interleaved);
            ctx.Writer.Write(Scale);
            ctx.Writer.Write(Offset);
        }

        public static ColumnOptions Load(ModelLoadContext ctx, string name, string inputColumnName)
        {
            int height = ctx.Reader.ReadInt32();
            int width = ctx.Reader.ReadInt32();
            var colors = (ImagePixelExtractingEstimator.ColorBits)ctx.Reader.ReadByte();
            var order = (ImagePixelExtractingEstimator.ColorsOrder)ctx.Reader.ReadByte();
            Contracts.CheckDecode(height > 0 && width > 0 && colors != 0 && Enum.IsDefined(order));
            return new ColumnOptions(name, height, width, inputColumnName, colors, order,
                ctx.Reader.ReadBoolean(), ctx.Reader.ReadSingle(), ctx.Reader.ReadSingle());
        }
    }
}
