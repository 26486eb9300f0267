using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MLNetGen;

/// <summary>ML.NET's MapValue from numbers to classes, whatever type a class is of.</summary>
internal static class ClassValues
{
    /// <summary>Vectors of places (Int64, from 0) to vectors of classes.</summary>
    public static IEstimator<ITransformer> OfPlaces(MLContext context, string output, string input, ClassList classes) =>
        Visit(classes, new Mapping<long>(context, null, output, input, [.. Enumerable.Range(0, classes.Count).Select(i => (long)i)]));

    /// <summary>After <paramref name="before"/>: numbers to classes, those of <paramref name="keys"/> in their order.</summary>
    public static IEstimator<ITransformer> Of(MLContext context, IEstimator<ITransformer> before, string output, string input, uint[] keys, ClassList classes) =>
        Visit(classes, new Mapping<uint>(context, before, output, input, keys));

    /// <summary>A view of one column, the classes in their order.</summary>
    public static IDataView View(MLContext context, ClassList classes) => Visit(classes, new Viewing(context));

    private static TResult Visit<TResult>(ClassList classes, IVisitor<TResult> visitor) => classes.Values switch
    {
        bool[] values => visitor.Visit(values),
        float[] values => visitor.Visit(values),
        double[] values => visitor.Visit(values),
        // Before sbyte[] and the others: .NET takes an array of one for an array of the other sign.
        _ when classes.ItemType == NumberDataViewType.Byte => visitor.Visit((byte[])classes.Values),
        _ when classes.ItemType == NumberDataViewType.SByte => visitor.Visit((sbyte[])classes.Values),
        _ when classes.ItemType == NumberDataViewType.UInt16 => visitor.Visit((ushort[])classes.Values),
        _ when classes.ItemType == NumberDataViewType.Int16 => visitor.Visit((short[])classes.Values),
        _ when classes.ItemType == NumberDataViewType.UInt32 => visitor.Visit((uint[])classes.Values),
        _ when classes.ItemType == NumberDataViewType.Int32 => visitor.Visit((int[])classes.Values),
        _ when classes.ItemType == NumberDataViewType.UInt64 => visitor.Visit((ulong[])classes.Values),
        _ when classes.ItemType == NumberDataViewType.Int64 => visitor.Visit((long[])classes.Values),
        _ => visitor.Visit((string[])classes.Values),
    };

    private interface IVisitor<TResult>
    {
        TResult Visit<T>(T[] values);
    }

    private sealed class Mapping<TKey>(MLContext context, IEstimator<ITransformer>? before, string output, string input, TKey[] keys) : IVisitor<IEstimator<ITransformer>>
    {
        public IEstimator<ITransformer> Visit<T>(T[] values)
        {
            IEstimator<ITransformer> map = context.Transforms.Conversion.MapValue(output, keys.Zip(values, KeyValuePair.Create).ToArray(), input);
            return before is null ? map : before.Append(map);
        }
    }

    private sealed class Viewing(MLContext context) : IVisitor<IDataView>
    {
        public IDataView Visit<T>(T[] values) => context.Data.LoadFromEnumerable(values.Select(value => new Row<T> { Value = value }).ToArray());
    }

    private sealed class Row<T>
    {
        public required T Value { get; init; }
    }
}

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
