using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms.Image;

public sealed class ImageGrayscalingTransformer : OneToOneTransformerBase, ITransformerLoader
{
    private const string RegistrationName = "ImageGrayscale";

    internal ImageGrayscalingTransformer(IHostEnvironment env, params (string outputColumnName, string inputColumnName)[] columns)
        : base(env.Register(RegistrationName), columns)
    {
    }

    private ImageGrayscalingTransformer(IHostEnvironment env, ModelLoadContext ctx)
        : base(env.Register(RegistrationName), ctx)
    {
    }

    static ITransformer ITransformerLoader.Load(IHostEnvironment env, ModelLoadContext ctx) => new ImageGrayscalingTransformer(env, ctx);

    internal override void CheckInputColumn(DataViewSchema inputSchema, int col, int srcCol) =>
        ImageColumns.Check(inputSchema, ColumnPairs[col].inputColumnName, inputSchema[srcCol].Type);

    private protected override RowMapping MakeMapping(DataViewSchema inputSchema) => new Mapping(this, inputSchema);

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetLoader<ImageGrayscalingTransformer>();
        SaveColumns(ctx);
    }

    private sealed class Mapping(ImageGrayscalingTransformer parent, DataViewSchema inputSchema) : OneToOneMapping(parent, inputSchema)
    {
        protected override DataViewSchema.DetachedColumn CreateOutputColumn(int output) =>
            new(ColumnPairs[output].outputColumnName, InputColumn(output).Type);

        protected override Delegate CreateGetter(DataViewRow input, int output, out Action disposer)
        {
            ValueGetter<MLImage> getSource = input.GetGetter<MLImage>(InputColumn(output));
            MLImage source = null;
            disposer = () =>
            {
                source?.Dispose();
                source = null;
            };
            return (ValueGetter<MLImage>)((ref MLImage image) =>
            {
                image?.Dispose();
                getSource(ref source);
                if (source == null || source.Height <= 0 || source.Width <= 0)
                    return;
                image = source.CloneWithGrayscale();
                image.Tag = source.Tag;
            });
        }
    }
}
