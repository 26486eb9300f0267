using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms.Image;

namespace Microsoft.ML.Data;

/// <summary>Reads the files that a text column names, as images or as raw bytes.</summary>
public sealed class ImageLoadingTransformer : OneToOneTransformerBase, ITransformerLoader
{
    public readonly string ImageFolder;

    internal ImageLoadingTransformer(
        IHostEnvironment env, string imageFolder, bool asImages, params (string outputColumnName, string inputColumnName)[] columns)
        : base(env.Register(nameof(ImageLoadingTransformer)), columns)
    {
        if (!string.IsNullOrEmpty(imageFolder))
        {
            if (!Directory.Exists(imageFolder))
                throw new ArgumentException($"Directory \"{imageFolder}\" does not exist.");
            ImageFolder = Path.GetFullPath(imageFolder);
        }
        AsImages = asImages;
    }

    private ImageLoadingTransformer(IHostEnvironment env, ModelLoadContext ctx)
        : base(env.Register(nameof(ImageLoadingTransformer)), ctx)
    {
        ImageFolder = ctx.ReadStringOrNull();
        AsImages = ctx.Reader.ReadBoolean();
    }

    internal bool AsImages { get; }

    static ITransformer ITransformerLoader.Load(IHostEnvironment env, ModelLoadContext ctx) => new ImageLoadingTransformer(env, ctx);

    internal override void CheckInputColumn(DataViewSchema inputSchema, int col, int srcCol)
    {
        if (inputSchema[srcCol].Type is not TextDataViewType)
        {
            throw Contracts.ExceptSchemaMismatch(nameof(inputSchema), "input", ColumnPairs[col].inputColumnName,
                TextDataViewType.Instance.ToString(), inputSchema[srcCol].Type.ToString());
        }
    }

    private protected override RowMapping MakeMapping(DataViewSchema inputSchema) => new Mapping(this, inputSchema);

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetLoader<ImageLoadingTransformer>();
        SaveColumns(ctx);
        ctx.WriteStringOrNull(ImageFolder);
        ctx.Writer.Write(AsImages);
    }

    private sealed class Mapping(ImageLoadingTransformer parent, DataViewSchema inputSchema) : OneToOneMapping(parent, inputSchema)
    {
        protected override DataViewSchema.DetachedColumn CreateOutputColumn(int output)
        {
            DataViewType type = parent.AsImages ? new ImageDataViewType() : new VectorDataViewType(NumberDataViewType.Byte);
            return new DataViewSchema.DetachedColumn(ColumnPairs[output].outputColumnName, type);
        }

        protected override Delegate CreateGetter(DataViewRow input, int output, out Action disposer)
        {
            ValueGetter<ReadOnlyMemory<char>> getName = input.GetGetter<ReadOnlyMemory<char>>(InputColumn(output));
            if (parent.AsImages)
                return ImageGetter(getName, out disposer);
            disposer = null;
            return BytesGetter(getName);
        }

        // The image of one row is disposed when the next one is read, the last one with the cursor.
        private ValueGetter<MLImage> ImageGetter(ValueGetter<ReadOnlyMemory<char>> getName, out Action disposer)
        {
            MLImage last = null;
            disposer = () =>
            {
                last?.Dispose();
                last = null;
            };
            return (ref MLImage image) =>
            {
                image?.Dispose();
                image = null;
                if (PathOf(getName) is { } path)
                {
                    using var bytes = new MemoryStream(File.ReadAllBytes(path));
                    image = MLImage.CreateFromStream(bytes);
                    image.Tag = path;
                }
                last = image;
            };
        }

        private ValueGetter<VBuffer<byte>> BytesGetter(ValueGetter<ReadOnlyMemory<char>> getName) =>
            (ref VBuffer<byte> bytes) =>
            {
                byte[] file = PathOf(getName) is { } path ? File.ReadAllBytes(path) : [];
                bytes = new VBuffer<byte>(file.Length, file);
            };

        private string PathOf(ValueGetter<ReadOnlyMemory<char>> getName)
        {
            ReadOnlyMemory<char> name = default;
            getName(ref name);
            if (name.IsEmpty)
                return null;
            return string.IsNullOrWhiteSpace(parent.ImageFolder) ? name.ToString() : Path.Combine(parent.ImageFolder, name.ToString());
        }
    }
}
