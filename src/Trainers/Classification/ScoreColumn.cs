using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetGen.Classification;

/// <summary>A classifier's column of scores, and the classes that they are of.</summary>
internal sealed class ScoreColumn
{
    // What rounding adds to a probability of 1.
    private const float Tolerance = 1e-4f;

    private readonly DataViewSchema.Column column;

    private ScoreColumn(DataViewSchema.Column column, ClassList classes)
    {
        this.column = column;
        Classes = classes;
    }

    public ClassList Classes { get; }

    public DataViewSchema.Column Column => column;

    /// <summary>Whether rows have scores that say their classes: that is how a classifier is known, whoever trained it.</summary>
    public static bool IsIn(DataViewSchema schema, string name = "Score") =>
        schema.GetColumnOrNull(name) is { Type: VectorDataViewType { Size: > 1 } type } found && type.ItemType == NumberDataViewType.Single && found.HasSlotNames();

    /// <exception cref="ArgumentException">There is no such column, or it holds something else.</exception>
    public static ScoreColumn Find(IDataView rows, string name, string labelColumnName)
    {
        DataViewSchema.Column column = NetworkInput.Find(rows, name);
        if (column.Type is not VectorDataViewType { Size: > 1 } type || type.ItemType != NumberDataViewType.Single)
            throw new ArgumentException($"column '{name}' is {column.Type}; a classifier's scores are a vector of Single, one for each of two or more classes: choose another column.");
        ClassList slots = LabelColumn.SlotClasses(column, type.Size);
        return new(column, slots.AreNumbered ? KeyClasses(rows.Schema, "PredictedLabel", type.Size) ?? KeyClasses(rows.Schema, labelColumnName, type.Size) ?? slots : slots);
    }

    /// <summary>Reads each row's scores; false where one is not a finite number.</summary>
    /// <exception cref="InvalidDataException">On reading: a score is not a probability.</exception>
    public Func<float[], bool> Getter(DataViewRowCursor cursor)
    {
        ValueGetter<VBuffer<float>> get = cursor.GetGetter<VBuffer<float>>(column);
        VBuffer<float> value = default;
        return scores =>
        {
            get(ref value);
            value.CopyTo(scores);
            foreach (float score in scores)
            {
                if (!float.IsFinite(score))
                    return false;
                if (score is < -Tolerance or > 1 + Tolerance)
                    throw new InvalidDataException($"row {cursor.Position} of column '{column.Name}' has a score of {score}; a classifier's report is made of probabilities, 0 to 1: put a softmax before it.");
            }
            return true;
        };
    }

    // ML.NET's own trainers may leave the slots unnamed; prediction and label are keys of the same classes.
    private static ClassList? KeyClasses(DataViewSchema schema, string name, int count) =>
        schema.GetColumnOrNull(name) is { Type: KeyDataViewType } key && LabelColumn.KeyClasses(key) is { AreNumbered: false } classes && classes.Count == count ? classes : null;
}
