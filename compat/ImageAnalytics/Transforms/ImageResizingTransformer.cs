using Microsoft.ML.Data;
using Microsoft.ML.Imaging.Resizing;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms.Image;

public sealed class ImageResizingTransformer : OneToOneTransformerBase, ITransformerLoader
{
    private const string RegistrationName = "ImageScaler";

    internal ImageResizingTransformer(IHostEnvironment env, params ImageResizingEstimator.ColumnOptions[] columns)
        : base(env.Register(RegistrationName), columns.Select(column => (column.Name, column.InputColumnName)).ToArray())
    {
        Columns = columns;
    }

    private ImageResizingTransformer(IHostEnvironment env, ModelLoadContext ctx)
        : base(env.Register(RegistrationName), ctx)
    {
        Columns = ColumnPairs.Select(pair => ReadColumn(ctx, pair.outputColumnName, pair.inputColumnName)).ToArray();
    }

    internal ImageResizingEstimator.ColumnOptions[] Columns { get; }

    static ITransformer ITransformerLoader.Load(IHostEnvironment env, ModelLoadContext ctx) => new ImageResizingTransformer(env, ctx);

    internal override void CheckInputColumn(DataViewSchema inputSchema, int col, int srcCol) =>
        ImageColumns.Check(inputSchema, ColumnPairs[col].inputColumnName, inputSchema[srcCol].Type);

    private protected override RowMapping MakeMapping(DataViewSchema inputSchema) => new Mapping(this, inputSchema);

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetLoader<ImageResizingTransformer>();
        SaveColumns(ctx);
        foreach (ImageResizingEstimator.ColumnOptions column in Columns)
        {
            ctx.Writer.Write(column.ImageWidth);
            ctx.Writer.Write(column.ImageHeight);
            ctx.Writer.Write((byte)column.Resizing);
            ctx.Writer.Write((byte)column.CropAnchor);
        }
    }

    private static ImageResizingEstimator.ColumnOptions ReadColumn(ModelLoadContext ctx, string output, string input)
    {
        int width = ctx.Reader.ReadInt32();
        int height = ctx.Reader.ReadInt32();
        var resizing = (ImageResizingEstimator.ResizingKind)ctx.Reader.ReadByte();
        var anchor = (ImageResizingEstimator.Anchor)ctx.Reader.ReadByte();
        Contracts.CheckDecode(width > 0 && height > 0 && Enum.IsDefined(resizing) && Enum.IsDefined(anchor));
        return new ImageResizingEstimator.ColumnOptions(output, width, height, input, resizing, anchor);
    }

    private sealed class Mapping(ImageResizingTransformer parent, DataViewSchema inputSchema) : OneToOneMapping(parent, inputSchema)
    {
        protected override DataViewSchema.DetachedColumn CreateOutputColumn(int output) =>
            new(parent.Columns[output].Name, parent.Columns[output].Type);

        protected override Delegate CreateGetter(DataViewRow input, int output, out Action disposer)
        {
            ImageResizingEstimator.ColumnOptions column = parent.Columns[output];
            ValueGetter<MLImage> getSource = input.GetGetter<MLImage>(InputColumn(output));
            MLImage source = null;
            disposer = null;
            return (ValueGetter<MLImage>)((ref MLImage image) =>
            {
                image?.Dispose();
                getSource(ref source);
                if (source == null || source.Height <= 0 || source.Width <= 0)
                    return;
                if (source.Height == column.ImageHeight && source.Width == column.ImageWidth)
                {
                    // The very same image, not a copy.
                    image = source;
                    return;
                }
                image = source.CloneWithResizing(column.ImageWidth, column.ImageHeight, ModeOf(column));
                image.Tag = source.Tag;
            });
        }

        private static ImageResizeMode ModeOf(ImageResizingEstimator.ColumnOptions column) => column.Resizing switch
        {
            ImageResizingEstimator.ResizingKind.IsoPad => ImageResizeMode.Pad,
            ImageResizingEstimator.ResizingKind.Fill => ImageResizeMode.Fill,
            _ => column.CropAnchor switch
            {
                ImageResizingEstimator.Anchor.Top => ImageResizeMode.CropAnchorTop,
                ImageResizingEstimator.Anchor.Bottom => ImageResizeMode.CropAnchorBottom,
                ImageResizingEstimator.Anchor.Left => ImageResizeMode.CropAnchorLeft,
                ImageResizingEstimator.Anchor.Right => ImageResizeMode.CropAnchorRight,
                _ => ImageResizeMode.CropAnchorCentral,
            },
        };
    }
}
