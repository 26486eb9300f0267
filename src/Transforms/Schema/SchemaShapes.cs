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

    /// <inheritdoc cref="Append(MLContext, SchemaShape, IEnumerable{DataViewSchema.DetachedColumn})"/>
    public static SchemaShape Append(MLContext context, SchemaShape input, params IEnumerable<(string Name, DataViewType Type)> columns) =>
        Append(context, input, columns.Select(column => new DataViewSchema.DetachedColumn(column.Name, column.Type)));

    /// <summary>What to throw where a column is not there: names it, and those that are.</summary>
    /// <param name="input">The columns that there are.</param>
    /// <param name="what">Which is missing, and what for: "'Image' to learn from".</param>
    public static ArgumentException NoColumn(SchemaShape input, string what) =>
        new($"there is no column {what}; there are {string.Join(", ", input.Select(c => $"'{c.Name}'"))}.");

    /// <summary>The same of rows, by the column's name alone.</summary>
    /// <param name="schema">The columns that there are.</param>
    /// <param name="name">The one that is missing.</param>
    /// <param name="parameter">The parameter that names it; null where it is an option.</param>
    public static ArgumentException NoColumn(DataViewSchema schema, string name, string? parameter = null) =>
        new($"There is no column '{name}'; the columns are {string.Join(", ", schema.Where(c => !c.IsHidden).Select(c => $"'{c.Name}'"))}", parameter);

    /// <summary>The shape of a schema's visible columns.</summary>
    public static SchemaShape Of(MLContext context, DataViewSchema schema) =>
        Append(context, new SchemaShape([]), schema.Where(c => !c.IsHidden).Select(c => new DataViewSchema.DetachedColumn(c)));

    private static SchemaShape Append(MLContext context, SchemaShape input, DataViewSchema.DetachedColumn column) =>
        column.Type switch
        {
            ImageDataViewType => Append<ImageValue>(context, input, column),
            VectorDataViewType vector => RawTypes.Visit(vector.ItemType.RawType, new VectorShape(context, input, column)) ?? throw NotSupported(column),
            _ => RawTypes.Visit(column.Type.RawType, new ScalarShape(context, input, column)) ?? throw NotSupported(column),
        };

    /// <summary>Declares an annotation of a vector type: no shape asks for its values.</summary>
    public static void AddAnnotation(DataViewSchema.Annotations.Builder builder, string name, VectorDataViewType type)
    {
        if (RawTypes.Visit(type.ItemType.RawType, new Annotation(builder, name, type)) is null)
            throw new NotSupportedException($"Annotation '{name}' of type {type} has no schema shape here");
    }

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
            if (RawTypes.Visit(vector.ItemType.RawType, new Declaration(column, annotation.Name, vector)) is null)
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

    private sealed class VectorShape(MLContext context, SchemaShape input, DataViewSchema.DetachedColumn column) : IRawTypeVisitor<SchemaShape>
    {
        public SchemaShape Visit<T>() => Append<Value<VBuffer<T>>>(context, input, column);
    }

    private sealed class ScalarShape(MLContext context, SchemaShape input, DataViewSchema.DetachedColumn column) : IRawTypeVisitor<SchemaShape>
    {
        public SchemaShape Visit<T>() => Append<Value<T>>(context, input, column);
    }

    private sealed class Annotation(DataViewSchema.Annotations.Builder builder, string name, VectorDataViewType type) : IRawTypeVisitor<DataViewSchema.Annotations.Builder>
    {
        public DataViewSchema.Annotations.Builder Visit<T>()
        {
            builder.Add(name, type, (ref VBuffer<T> _) => { });
            return builder;
        }
    }

    private sealed class Declaration(SchemaDefinition.Column column, string name, VectorDataViewType type) : IRawTypeVisitor<SchemaDefinition.Column>
    {
        public SchemaDefinition.Column Visit<T>()
        {
            column.AddAnnotation(name, new VBuffer<T>(type.Size, 0, [], []), type);
            return column;
        }
    }

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

/// <summary>Something to be done for a type of values that is only known when the program runs.</summary>
internal interface IRawTypeVisitor<out TResult>
{
    TResult Visit<T>();
}

/// <summary>The types of values that ML.NET's columns have, pictures aside.</summary>
internal static class RawTypes
{
    /// <summary>Default (null) for any other type.</summary>
    public static TResult? Visit<TResult>(Type type, IRawTypeVisitor<TResult> visitor)
        where TResult : class =>
        type == typeof(ReadOnlyMemory<char>) ? visitor.Visit<ReadOnlyMemory<char>>()
        : type == typeof(DateTime) ? visitor.Visit<DateTime>()
        : type == typeof(TimeSpan) ? visitor.Visit<TimeSpan>()
        : type == typeof(DateTimeOffset) ? visitor.Visit<DateTimeOffset>()
        : type == typeof(DataViewRowId) ? visitor.Visit<DataViewRowId>()
        : TensorTypes.Visit(type, new Number<TResult>(visitor));

    private sealed class Number<TResult>(IRawTypeVisitor<TResult> visitor) : INumberVisitor<TResult>
    {
        public TResult Visit<T>()
            where T : unmanaged => visitor.Visit<T>();
    }
}
