using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace MLNetGen.Vae;

/// <summary>What the pipeline will look like after <see cref="VaeTrainer.Fit"/>, told before it.</summary>
internal static class VaeSchema
{
    public static SchemaShape Shape(MLContext context, SchemaShape input, VaeTrainer.Options options)
    {
        SchemaShape.Column column = input.FirstOrDefault(c => c.Name == options.InputColumnName) is { Name: not null } found ? found
            : throw SchemaShapes.NoColumn(input, $"'{options.InputColumnName}' to learn from");
        bool isImage = column.ItemType is ImageDataViewType;
        if (!isImage && !(column.Kind == SchemaShape.Column.VectorKind.Vector && column.ItemType.RawType == typeof(float)))
            throw new ArgumentException($"column '{column.Name}' is {column.Kind} of {column.ItemType}; a VAE learns from pictures (MLImage) or from vectors of Single of one known size.");

        VectorDataViewType latent = new(NumberDataViewType.Single, options.LatentDimension);
        return SchemaShapes.Append(
            context,
            input,
            new DataViewSchema.DetachedColumn(VaeColumns.Latent, latent),
            new DataViewSchema.DetachedColumn(VaeColumns.LatentLogVariance, latent),
            new DataViewSchema.DetachedColumn(VaeColumns.ReconstructionError, new VectorDataViewType(NumberDataViewType.Single, 1)),
            new DataViewSchema.DetachedColumn(VaeColumns.Reconstruction, isImage || options.ImageSize > 0 || options.Channels > 0 ? new ImageDataViewType() : new VectorDataViewType(NumberDataViewType.Single, 1)));
    }
}
