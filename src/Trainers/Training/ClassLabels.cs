using System.Globalization;
using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using static TorchSharp.torch;

namespace MLNetGen;

/// <summary>The classes of a label column, and of each row, which one it has.</summary>
/// <param name="Classes">Text in ordinal order, numbers ascending, keys and slots in theirs.</param>
/// <param name="Rows">Indices into <paramref name="Classes"/>, or <see cref="Unseen"/> or <see cref="Missing"/> where those were allowed.</param>
internal sealed record ClassLabels(ClassList Classes, int[] Rows)
{
    /// <summary>A label that none of the given classes has.</summary>
    public const int Unseen = -1;

    /// <summary>No label: an empty text, NaN, key 0.</summary>
    public const int Missing = -2;

    /// <summary>What to do about a row without a label, where there is no better advice.</summary>
    public const string Remedy = "filter such rows out first";

    public IReadOnlyList<string> Names => Classes.Names;

    /// <summary>How many rows have each label that no class has.</summary>
    public IReadOnlyDictionary<string, int> UnseenLabels { get; private init; } = new Dictionary<string, int>();

    /// <summary>Refuses columns without the label column, where one is named.</summary>
    /// <exception cref="ArgumentException">It is not among them.</exception>
    public static void Require(SchemaShape columns, string? name)
    {
        if (name is not null && columns.All(column => column.Name != name))
            throw SchemaShapes.NoColumn(columns, $"'{name}' of labels to learn classes from");
    }

    /// <summary>Finds the classes and every row's.</summary>
    /// <param name="rows">All of them are read, of this one column.</param>
    /// <param name="name">Keys, text, numbers, truth values, or one-hot vectors of known size.</param>
    /// <param name="cancel">Looked at between rows.</param>
    /// <param name="remedy">What to do about a row without a label.</param>
    /// <param name="onlyUsed">
    /// Leaves out the keys and slots that no row has. A classifier keeps them: its outputs are then the label's keys, as ML.NET's evaluation takes them.
    /// </param>
    /// <param name="allowMissing">Rows without a label become <see cref="Missing"/>.</param>
    /// <exception cref="ArgumentException">The column is absent or cannot hold labels, or there are no rows.</exception>
    /// <exception cref="InvalidDataException">A row has no label, or is not one-hot.</exception>
    public static ClassLabels Read(IDataView rows, string name, CancellationToken cancel, string remedy = Remedy, bool onlyUsed = false, bool allowMissing = false)
    {
        LabelColumn labels = LabelColumn.Of(rows, name);
        int[] codes = labels.Read(cancel);
        if (codes.Length == 0)
            throw new ArgumentException($"there are no rows to read labels of column '{name}' from: give at least one.");
        if (!allowMissing && Array.IndexOf(codes, Missing) is >= 0 and var row)
            throw NoLabel(row, name, remedy);
        if (!onlyUsed)
            return new(labels.Classes, codes);
        int[] used = [.. codes.Where(code => code >= 0).Distinct().Order()];
        var values = Array.CreateInstance(labels.Classes.Values.GetType().GetElementType()!, used.Length);
        for (int i = 0; i < used.Length; i++)
            Array.Copy(labels.Classes.Values, used[i], values, i, 1);
        ClassList classes = new([.. used.Select(code => labels.Classes.Names[code])], values, labels.Classes.ItemType);
        return new(classes, Array.ConvertAll(codes, code => code < 0 ? code : Array.BinarySearch(used, code)));
    }

    /// <summary>Every row's class among the given ones, as of a test set; rows without one are <see cref="Unseen"/> and <see cref="Missing"/>.</summary>
    /// <exception cref="ArgumentException">The column is absent or cannot hold labels.</exception>
    /// <exception cref="InvalidDataException">A row is not one-hot.</exception>
    public static ClassLabels ReadAs(ClassList classes, IDataView rows, string name, CancellationToken cancel)
    {
        LabelColumn labels = LabelColumn.Of(rows, name);
        int[] codes = labels.Read(cancel);
        int[] found = Array.ConvertAll(codes, code => code < 0 ? code : classes.IndexOf(labels, code));
        return new(classes, found)
        {
            UnseenLabels = codes.Where((_, row) => found[row] == Unseen).CountBy(code => labels.Classes.Names[code])
                .OrderBy(pair => pair.Key, StringComparer.Ordinal).ToDictionary(pair => pair.Key, pair => pair.Value),
        };
    }

    /// <summary>Every held-out row's class among the given ones; of <see cref="Unseen"/> ones the run's log is told.</summary>
    /// <exception cref="InvalidDataException">A row has no label.</exception>
    public static ClassLabels ReadHeldOut(ClassList classes, IDataView rows, string name, TrainingSession session, CancellationToken cancel)
    {
        const int MostNamed = 5;
        ClassLabels labels = ReadAs(classes, rows, name, cancel);
        if (Array.IndexOf(labels.Rows, Missing) is >= 0 and var row)
            throw new InvalidDataException($"row {row} of column '{name}' of the held-out rows has no label: filter such rows out first.");
        if (labels.UnseenLabels is { Count: > 0 } unseen)
        {
            session.Warning($"{unseen.Values.Sum():N0} held-out rows have labels that no training row has, and are not judged: "
                + $"{string.Join(", ", unseen.Take(MostNamed).Select(pair => $"'{pair.Key}' ({pair.Value:N0})"))}{(unseen.Count > MostNamed ? $" and {unseen.Count - MostNamed:N0} more labels" : "")}.");
        }
        return labels;
    }

    /// <summary>These labels, which must be of two classes or more.</summary>
    /// <param name="what">Who asks, with an article: "a classifier".</param>
    /// <param name="column">The column's name.</param>
    /// <param name="remedy">What to do.</param>
    /// <exception cref="ArgumentException">There are fewer.</exception>
    public ClassLabels AtLeastTwo(string what, string column, string remedy)
    {
        int[] used = [.. Rows.Where(row => row >= 0).Distinct().Take(2)];
        return used.Length == 2 ? this
            : throw new ArgumentException($"column '{column}' has {(used.Length == 0 ? "no labels" : $"one value, '{Names[used[0]]}'")}; {what} needs at least two: {remedy}.");
    }

    /// <summary>What to tell of labels that are no keys; null of those that ML.NET's evaluation takes as they are.</summary>
    /// <param name="column">The column that they were read of.</param>
    public string? WarningOf(DataViewSchema.Column column)
    {
        // ML.NET's evaluation takes a Single for the place of a score, and makes keys of nothing else; of a vector it says that it takes none.
        bool arePlaces = column.Type == NumberDataViewType.Single && Names.Select((name, place) => name == place.ToString(CultureInfo.InvariantCulture)).All(same => same);
        if (column.Type is KeyDataViewType or VectorDataViewType || arePlaces)
            return null;
        return $"the labels of column '{column.Name}' are {column.Type}, and no keys: ML.NET's MulticlassClassification.Evaluate compares a label's number with the place of its score, and gives wrong figures "
            + $"without a word where keys are made after scoring or numbers are not 0 to {Names.Count - 1}. Put Transforms.Conversion.MapValueToKey(\"{column.Name}\") before this trainer; EvaluateReport, which goes by name, needs none.";
    }

    /// <summary>A one-hot row of bytes each, [rows, classes].</summary>
    public Tensor OneHot()
    {
        byte[] rows = new byte[Rows.Length * Names.Count];
        for (int row = 0; row < Rows.Length; row++)
            rows[(row * Names.Count) + Rows[row]] = 1;
        return tensor(rows, [Rows.Length, Names.Count]);
    }

    public static InvalidDataException NoLabel(long row, string column, string remedy) => new($"row {row} of column '{column}' has no label: {remedy}.");
}

/// <summary>
/// The classes that a model tells apart, in the order of its outputs. Labels of other rows find their class by name, so that a
/// test set may hold as text what the training set held as keys.
/// </summary>
/// <param name="Names">Distinct.</param>
/// <param name="Values">The labels as they were: string[], or an array of the numbers or truth values that <paramref name="ItemType"/> says.</param>
/// <param name="ItemType">The type of a label, for the values of a key column that names the classes.</param>
/// <param name="AreNumbered">Whether the names are but places: keys without values, slots without names.</param>
internal sealed record ClassList(IReadOnlyList<string> Names, Array Values, PrimitiveDataViewType ItemType, bool AreNumbered = false)
{
    private readonly Dictionary<string, int> indices = Names.Index().ToDictionary(pair => pair.Item, pair => pair.Index, StringComparer.Ordinal);

    public ClassList(IReadOnlyList<string> names)
        : this(names, names.ToArray(), TextDataViewType.Instance)
    {
    }

    public int Count => Names.Count;

    /// <summary>
    /// The class of another column's value here, by name; <see cref="ClassLabels.Unseen"/> where there is none. Numbered keys and slots say nothing
    /// but a place: where there are as many as classes, they are taken for these in order, as ML.NET's evaluation takes them.
    /// </summary>
    public int IndexOf(LabelColumn labels, int code) =>
        labels.Classes.AreNumbered && labels.Classes.Count == Count ? code : indices.GetValueOrDefault(labels.Classes.Names[code], ClassLabels.Unseen);

    /// <summary>Each row's class as the cursor over <paramref name="labels"/>' rows comes by: <see cref="ClassLabels.Unseen"/> for a label that no class has.</summary>
    /// <exception cref="InvalidDataException">On reading: a row has no label, or is not one-hot.</exception>
    public Func<int> IndexGetter(DataViewRowCursor cursor, LabelColumn labels)
    {
        Func<int> get = labels.Getter(cursor);
        return () => get() is >= 0 and var code ? IndexOf(labels, code) : throw ClassLabels.NoLabel(cursor.Position, labels.Column.Name, ClassLabels.Remedy);
    }
}

/// <summary>
/// A column of labels in ML.NET's own form: a key column as it is, other values as the keys that MapValueToKey makes of them in their order, and
/// one-hot vectors by their slots. A label's number, from 0, is its code.
/// </summary>
/// <param name="Rows">The rows, in which <paramref name="Column"/> replaces the one that was given; the others are as they were.</param>
/// <param name="Column">Keys of UInt32, or vectors of Single.</param>
/// <param name="Classes">What a row may have, by code.</param>
internal sealed record LabelColumn(IDataView Rows, DataViewSchema.Column Column, ClassList Classes)
{
    // A key of more values than this and no names is a number that happens to be stored as a key, a row's id for instance.
    private const ulong MaxUnnamedKeys = 65_536;

    private const string KeyValues = "KeyValues";

    private static readonly TransformsCatalog.ConversionTransforms Conversion = new MLContext().Transforms.Conversion;

    // Key values are of any type, and a schema's own way to them is generic.
    private static readonly MethodInfo ReadAnnotationMethod = typeof(LabelColumn).GetMethod(nameof(ReadAnnotation), BindingFlags.NonPublic | BindingFlags.Static)!;

    /// <exception cref="ArgumentException">There is no such column, or it cannot hold labels.</exception>
    public static LabelColumn Of(IDataView rows, string name)
    {
        DataViewSchema.Column column = rows.Schema.GetColumnOrNull(name)
            ?? throw new ArgumentException($"the rows have no column '{name}'; they have {string.Join(", ", rows.Schema.Where(c => !c.IsHidden).Select(c => $"'{c.Name}'"))}.");
        // An estimator that makes keys, and the classes where they are known before it has seen the rows.
        (IEstimator<ITransformer> form, ClassList? classes) = column.Type switch
        {
            KeyDataViewType key when HasKeyValues(column) || key.Count <= MaxUnnamedKeys => (Conversion.ConvertType(name, outputKind: DataKind.UInt32), KeyClasses(column)),
            VectorDataViewType { Size: > 1, ItemType: NumberDataViewType or BooleanDataViewType } vector => (Conversion.ConvertType(name, outputKind: DataKind.Single), SlotClasses(column, vector.Size)),
            KeyDataViewType or TextDataViewType or BooleanDataViewType or NumberDataViewType =>
                ((IEstimator<ITransformer>)Conversion.MapValueToKey(name, maximumNumberOfKeys: int.MaxValue, keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue), (ClassList?)null),
            _ => throw new ArgumentException($"column '{name}' is {column.Type}; labels are text, numbers, keys or one-hot vectors of known size: choose another column."),
        };
        IDataView keys = form.Fit(rows).Transform(rows);
        return new(keys, keys.Schema[name], classes ?? KeyClasses(keys.Schema[name]));
    }

    /// <summary>A vector's slot names; null where it has none, or they do not tell the slots apart.</summary>
    public static string[]? SlotNames(DataViewSchema.Column column)
    {
        if (!column.HasSlotNames())
            return null;
        string[] names = [.. ReadAnnotation<ReadOnlyMemory<char>>(column, "SlotNames").Select(name => name.ToString())];
        return TellApart(names) ? names : null;
    }

    /// <summary>A vector's slots by name, or by number from 0.</summary>
    public static ClassList SlotClasses(DataViewSchema.Column column, int size)
    {
        if (SlotNames(column) is { } names)
            return new ClassList(names);
        int[] numbers = [.. Enumerable.Range(0, size)];
        return new ClassList([.. numbers.Select(number => number.ToString(CultureInfo.InvariantCulture))], numbers, NumberDataViewType.Int32, AreNumbered: true);
    }

    /// <summary>What a key column's values stand for by its annotation, otherwise the numbers from 1.</summary>
    public static ClassList KeyClasses(DataViewSchema.Column column)
    {
        var key = (KeyDataViewType)column.Type;
        bool areNamed = HasKeyValues(column);
        DataViewType item = areNamed ? ((VectorDataViewType)column.Annotations.Schema[KeyValues].Type).ItemType : key;
        Array values = item switch
        {
            TextDataViewType => Array.ConvertAll(ReadAnnotation<ReadOnlyMemory<char>>(column, KeyValues), text => text.ToString()),
            _ when areNamed => (Array)ReadAnnotationMethod.MakeGenericMethod(item.RawType).Invoke(null, [column, KeyValues])!,
            _ => NumbersFrom1(key.RawType, checked((int)key.Count)),
        };
        string[] names = [.. values.Cast<object>().Select(value => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "")];
        if (!TellApart(names))
            names = [.. names.Select((_, i) => (i + 1).ToString(CultureInfo.InvariantCulture))];
        return new ClassList(names, values, item is KeyDataViewType ? NumberType(item.RawType) : (PrimitiveDataViewType)item, AreNumbered: !areNamed);
    }

    /// <summary>Each row's code as the cursor comes by, or <see cref="ClassLabels.Missing"/>.</summary>
    /// <param name="cursor">Over <see cref="Rows"/>, or rows made of them, with <see cref="Column"/>.</param>
    /// <exception cref="InvalidDataException">On reading: a vector is not one-hot.</exception>
    public Func<int> Getter(DataViewRowCursor cursor)
    {
        DataViewSchema.Column column = cursor.Schema[Column.Name];
        if (column.Type is VectorDataViewType)
        {
            ValueGetter<VBuffer<float>> getVector = cursor.GetGetter<VBuffer<float>>(column);
            VBuffer<float> vector = default;
            return () =>
            {
                getVector(ref vector);
                KeyValuePair<int, float>[] slots = [.. vector.Items().Where(slot => slot.Value != 0).Take(2)];
                return slots is [{ Value: 1 }] ? slots[0].Key
                    : throw new InvalidDataException($"row {cursor.Position} of column '{column.Name}' is not one-hot: a label's vector has a single 1, and 0 elsewhere; correct the row or filter it out.");
            };
        }
        ValueGetter<uint> get = cursor.GetGetter<uint>(column);
        uint key = 0;
        return () =>
        {
            get(ref key);
            // Beyond the last value is no value either.
            return key == 0 || key > Classes.Count ? ClassLabels.Missing : (int)key - 1;
        };
    }

    /// <summary>Every row's code, or <see cref="ClassLabels.Missing"/>.</summary>
    public int[] Read(CancellationToken cancel)
    {
        using DataViewRowCursor cursor = Rows.GetRowCursor([Column]);
        Func<int> get = Getter(cursor);
        List<int> codes = [];
        while (cursor.MoveNext())
        {
            cancel.ThrowIfCancellationRequested();
            codes.Add(get());
        }
        return [.. codes];
    }

    private static bool HasKeyValues(DataViewSchema.Column column) => column.Annotations.Schema.GetColumnOrNull(KeyValues)?.Type
        is VectorDataViewType { ItemType: TextDataViewType or NumberDataViewType or BooleanDataViewType or KeyDataViewType };

    private static bool TellApart(string[] names) => !names.Contains("") && names.Distinct(StringComparer.Ordinal).Count() == names.Length;

    private static T[] ReadAnnotation<T>(DataViewSchema.Column column, string name)
    {
        VBuffer<T> values = default;
        column.Annotations.GetValue(name, ref values);
        return [.. values.DenseValues()];
    }

    private static Array NumbersFrom1(Type type, int count)
    {
        var numbers = Array.CreateInstance(type, count);
        for (int i = 0; i < count; i++)
            numbers.SetValue(Convert.ChangeType(i + 1, type, CultureInfo.InvariantCulture), i);
        return numbers;
    }

    private static NumberDataViewType NumberType(Type key) => Type.GetTypeCode(key) switch
    {
        TypeCode.Byte => NumberDataViewType.Byte,
        TypeCode.UInt16 => NumberDataViewType.UInt16,
        TypeCode.UInt32 => NumberDataViewType.UInt32,
        _ => NumberDataViewType.UInt64,
    };
}
