using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MLNetGen;

/// <summary>
/// From the place of a class, a vector of one Int64, to a key column of one value a row whose key values are the classes: what ML.NET's own
/// classifiers give. OnnxTransformer gives vectors alone, and of ML.NET's transforms only hashing a whole vector makes a scalar of one: so places are
/// hashed, and hashes looked up.
/// </summary>
internal static class ScalarKey
{
    public static IEstimator<ITransformer> Of(MLContext context, string output, string place, ClassList classes)
    {
        (HashingEstimator hashing, uint[] hashes) = Hashing(context, output, place, classes.Count);
        return ClassValues.Of(context, hashing, output, output, hashes, classes)
            .Append(context.Transforms.Conversion.MapValueToKey(output, keyData: ClassValues.View(context, classes)));
    }

    // Two places of one hash are unlikely (1 in 4,300 at 1,000 classes), and another seed then tells them apart.
    private static (HashingEstimator Hashing, uint[] Hashes) Hashing(MLContext context, string output, string place, int classes)
    {
        SchemaDefinition definition = SchemaDefinition.Create(typeof(Place));
        definition[nameof(Place.Value)].ColumnName = place;
        IDataView places = context.Data.LoadFromEnumerable(Enumerable.Range(0, classes).Select(i => new Place { Value = [i] }), definition);
        for (uint seed = 1; ; seed++)
        {
            HashingEstimator hashing = context.Transforms.Conversion.Hash(new HashingEstimator.ColumnOptions(output, place, seed: seed, combine: true));
            uint[] hashes = [.. hashing.Fit(places).Transform(places).GetColumn<uint>(output)];
            if (hashes.Distinct().Count() == classes)
                return (hashing, hashes);
        }
    }

    private sealed class Place
    {
        [VectorType(1)]
        public required long[] Value { get; init; }
    }
}
