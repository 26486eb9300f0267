using Microsoft.ML;
using Microsoft.ML.Data;

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
