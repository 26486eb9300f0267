using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms.Image;

public sealed class ImagePixelExtractingEstimator : TrivialEstimator<ImagePixelExtractingTransformer>
{
    internal ImagePixelExtractingEstimator(IHostEnvironment env, params ColumnOptions[] columns)
        : base(env.Register(nameof(ImagePixelExtractingEstimator)), new ImagePixelExtractingTransformer(env, columns))
    {
    }

    [Flags]
    public enum ColorBits : byte
    {
        Alpha = 0x01,
        Red = 0x02,
        Green = 0x04,
        Blue = 0x08,
        Rgb = Red | Green | Blue,
        All = Alpha | Red | Green | Blue,
    }

    public enum ColorsOrder : byte
    {
        ARGB = 1,
        ARBG = 2,
        ABRG = 3,
        ABGR = 4,
        AGRB = 5,
        AGBR = 6,
    }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Contracts.CheckValue(inputSchema, nameof(inputSchema));
        return inputSchema.With(Transformer.Columns.Select(column =>
        {
            ImageColumns.Find(inputSchema, column.InputColumnName);
            return new SchemaShape.Column(column.Name, SchemaShape.Column.VectorKind.Vector, column.ItemType, false);
        }).ToArray());
    }

    internal sealed class ColumnOptions
    {
        public ColumnOptions(
            string name, string inputColumnName, ColorBits colors, ColorsOrder order,
            bool interleave, float offset, float scale, bool outputAsFloatArray)
        {
            Contracts.CheckParam(!string.IsNullOrWhiteSpace(name), nameof(name), "Cannot be null, empty or white space");
            Name = name;
            InputColumnName = inputColumnName ?? name;
            Colors = colors;
            Order = order;
            Interleave = interleave;
            OutputAsFloatArray = outputAsFloatArray;
            // Bytes are the pixels as they are.
            Offset = outputAsFloatArray ? offset : 0;
            Scale = outputAsFloatArray ? scale : 1;
            Layout = ColorLayout.Of(colors, order);
            Contracts.CheckParam(Layout.Planes > 0, nameof(colors), "Need to use at least one color plane.");
            Contracts.CheckParam(float.IsFinite(Offset), nameof(offset), "Must be finite");
            Contracts.CheckParam(float.IsFinite(Scale) && Scale != 0, nameof(scale), "Must be finite and not zero");
        }

        public string Name { get; }

        public string InputColumnName { get; }

        public ColorBits Colors { get; }

        public ColorsOrder Order { get; }

        public bool Interleave { get; }

        public float Offset { get; }

        public float Scale { get; }

        public bool OutputAsFloatArray { get; }

        public ColorLayout Layout { get; }

        public PrimitiveDataViewType ItemType => OutputAsFloatArray ? NumberDataViewType.Single : NumberDataViewType.Byte;

        public void Save(ModelSaveContext ctx)
        {
            ctx.Writer.Write((byte)Colors);
            ctx.Writer.Write((byte)Order);
            ctx.Writer.Write(Interleave);
            ctx.Writer.Write(Offset);
            ctx.Writer.Write(Scale);
            ctx.Writer.Write(OutputAsFloatArray);
        }

        public static ColumnOptions Load(ModelLoadContext ctx, string name, string inputColumnName)
        {
            var colors = (ColorBits)ctx.Reader.ReadByte();
            var order = (ColorsOrder)ctx.Reader.ReadByte();
            Contracts.CheckDecode((colors & ColorBits.All) == colors && colors != 0 && Enum.IsDefined(order));
            return new ColumnOptions(name, inputColumnName, colors, order, ctx.Reader.ReadBoolean(),
                ctx.Reader.ReadSingle(), ctx.Reader.ReadSingle(), ctx.Reader.ReadBoolean());
        }
    }
}
