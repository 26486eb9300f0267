using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace MLNetGen;

/// <summary>
/// Schema shapes with exact kinds, keys and annotations. ML.NET keeps the constructor of a shape's column to itself;
/// its custom mapping, declared with the column's type and annotations and never run, hands one out.
/// </summary>
internal static class SchemaShapes
{
    /// <summary>
    /// The input's columns and those given, in the order of a chain: a column of the same name is replaced in place.
    /// </summary>
    public static SchemaShape Append(MLContext context, SchemaShape input, params IEnumerable<DataViewSchema.DetachedColumn> columns) =>
        columns.Aggregate(input, (shape, column) => Append(context, shape, column));

    /// <summary>The shape of a schema's visible columns.</summary>
    public static SchemaShape Of(MLContext context, DataViewSchema schema) =>
        Append(context, new SchemaShape([]), schema.Where(c => !c.IsHidden).Select(c => new DataViewSchema.DetachedColumn(c)));

    private static SchemaShape Append(MLContext context, SchemaShape input, DataViewSchema.DetachedColumn column) =>
        column.Type switch
        {
            ImageDataViewType => Append<ImageValue>(context, input, column),
            VectorDataViewType vector => vector.ItemType.RawType switch
            {
                var t when t == typeof(float) => Append<Value<VBuffer<float>>>(context, input, column),
                var t when t == typeof(double) => Append<Value<VBuffer<double>>>(context, input, column),
                var t when t == typeof(byte) => Append<Value<VBuffer<byte>>>(context, input, column),
                var t when t == typeof(int) => Append<Value<VBuffer<int>>>(context, input, column),
                var t when t == typeof(uint) => Append<Value<VBuffer<uint>>>(context, input, column),
                var t when t == typeof(long) => Append<Value<VBuffer<long>>>(context, input, column),
                var t when t == typeof(bool) => Append<Value<VBuffer<bool>>>(context, input, column),
                var t when t == typeof(ReadOnlyMemory<char>) => Append<Value<VBuffer<ReadOnlyMemory<char>>>>(context, input, column),
                _ => throw NotSupported(column),
            },
            _ => column.Type.RawType switch
            {
                var t when t == typeof(float) => Append<Value<float>>(context, input, column),
                var t when t == typeof(double) => Append<Value<double>>(context, input, column),
                var t when t == typeof(byte) => Append<Value<byte>>(context, input, column),
                var t when t == typeof(int) => Append<Value<int>>(context, input, column),
                var t when t == typeof(uint) => Append<Value<uint>>(context, input, column),
                var t when t == typeof(long) => Append<Value<long>>(context, input, column),
                var t when t == typeof(bool) => Append<Value<bool>>(context, input, column),
                var t when t == typeof(ReadOnlyMemory<char>) => Append<Value<ReadOnlyMemory<char>>>(context, input, column),
                _ => throw NotSupported(column),
            },
        };

    private static SchemaShape Append<TOutput>(MLContext context, SchemaShape input, DataViewSchema.DetachedColumn column)
        where TOutput : class, new()
    {
        var definition = SchemaDefinition.Create(typeof(TOutput));
        definition[0].ColumnName = column.Name;
        definition[0].ColumnType = column.Type;
        foreach (var annotation in column.Annotations?.Schema ?? Enumerable.Empty<DataViewSchema.Column>())
            Declare(definition[0], annotation);
        return context.Transforms.CustomMapping<Nothing, TOutput>((_, _) => { }, null, null, definition).GetOutputSchema(input);
    }

    // A shape knows an annotation's name and type, so any value will do.
    private static void Declare(SchemaDefinition.Column column, DataViewSchema.Column annotation)
    {
        if (annotation.Type is VectorDataViewType vector)
        {
            if (vector.ItemType.RawType == typeof(ReadOnlyMemory<char>))
                column.AddAnnotation(annotation.Name, new VBuffer<ReadOnlyMemory<char>>(vector.Size, 0, [], []), vector);
            else if (vector.ItemType.RawType == typeof(float))
                column.AddAnnotation(annotation.Name, new VBuffer<float>(vector.Size, 0, [], []), vector);
            else if (vector.ItemType.RawType == typeof(int))
                column.AddAnnotation(annotation.Name, new VBuffer<int>(vector.Size, 0, [], []), vector);
            else if (vector.ItemType.RawType == typeof(uint))
                column.AddAnnotation(annotation.Name, new VBuffer<uint>(vector.Size, 0, [], []), vector);
            else
                throw new NotSupportedException($"Annotation '{annotation.Name}' of type {annotation.Type} has no schema shape here");
        }
        else if (annotation.Type.RawType == typeof(bool))
            column.AddAnnotation(annotation.Name, false, annotation.Type);
        else if (annotation.Type.RawType == typeof(uint))
            column.AddAnnotation(annotation.Name, 0u, annotation.Type);
        else if (annotation.Type.RawType == typeof(float))
            column.AddAnnotation(annotation.Name, 0f, annotation.Type);
        else if (annotation.Type.RawType == typeof(ReadOnlyMemory<char>))
            column.AddAnnotation(annotation.Name, ReadOnlyMemory<char>.Empty, annotation.Type);
        else
            throw new NotSupportedException($"Annotation '{annotation.Name}' of type {annotation.Type} has no schema shape here");
    }

    private static NotSupportedException NotSupported(DataViewSchema.DetachedColumn column) =>
        new($"Column '{column.Name}' of type {column.Type} has no schema shape here");

    private sealed class Nothing;

    private sealed class Value<T>
    {
        public T? Item { get; set; }
    }

    private sealed class ImageValue
    {
        [ImageType(1, 1)]   // the size is the declared column's; ML.NET refuses an attribute without one
        public MLImage? Item { get; set; }
    }
}
