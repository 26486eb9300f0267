using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>Reads label and score of each row into a tally.</summary>
internal sealed class MulticlassEvaluator
{
    private readonly IHost host;

    public MulticlassEvaluator(IHostEnvironment env)
    {
        host = env.Register("MulticlassClassificationEvaluator");
    }

    public MulticlassClassificationMetrics Evaluate(IDataView data, string labelName, string scoreName, string predictedLabelName, int topK)
    {
        DataViewSchema.Column label = Find(data.Schema, "Label", labelName);
        DataViewSchema.Column score = Find(data.Schema, "Score", scoreName);
        // The predicted label must be there, and is never read.
        Find(data.Schema, "PredictedLabel", predictedLabelName);
        if (score.Type is not VectorDataViewType { Size: >= 2 } scores || scores.ItemType != NumberDataViewType.Single)
            throw Contracts.ExceptSchemaMismatch("schema", "score", scoreName, "vector of two or more items of type Single", score.Type.ToString());
        if (label.Type != NumberDataViewType.Single && label.Type is not KeyDataViewType)
            throw Contracts.ExceptSchemaMismatch("schema", "label", labelName, "Single or Key", label.Type.ToString());
        return new MulticlassClassificationMetrics(Tally(data, label, score, scores.Size), topK);
    }

    private static DataViewSchema.Column Find(DataViewSchema schema, string role, string name) =>
        schema.GetColumnOrNull(name) ?? throw Contracts.ExceptSchemaMismatch("namedColumns", role, name);

    private MulticlassTally Tally(IDataView data, DataViewSchema.Column label, DataViewSchema.Column score, int classes)
    {
        var tally = new MulticlassTally(classes);
        int badLabels = 0;
        int badScores = 0;
        using IChannel channel = host.Start("Evaluate");
        using DataViewRowCursor cursor = data.GetRowCursor([label, score]);
        Func<float> labels = LabelReader(cursor, label);
        ValueGetter<VBuffer<float>> getScores = cursor.GetGetter<VBuffer<float>>(score);
        VBuffer<float> scores = default;
        var dense = new float[classes];
        while (cursor.MoveNext())
        {
            float value = labels();
            if (float.IsNaN(value))
                continue;
            if (value < 0 || value != (int)value)
            {
                badLabels++;
                continue;
            }
            getScores(ref scores);
            scores.CopyTo(dense);
            if (dense.All(float.IsFinite))
                tally.Add((int)value, dense);
            else
                badScores++;
        }
        Warn(channel, badScores, "Found {0} instances with scores that are not finite. These instances were ignored");
        Warn(channel, badLabels, "Found {0} test instances with labels that are either negative or non integers. These instances were ignored");
        Warn(channel, tally.UnknownLabels, "Found {0} test instances with class values not seen in the training set. LogLoss is reported higher than usual because of these instances.");
        return tally;
    }

    // A key's class is its number less one; no key is no label.
    private static Func<float> LabelReader(DataViewRow row, DataViewSchema.Column label) =>
        Generic.Invoke<Func<float>>(Generic.Method(typeof(MulticlassEvaluator), nameof(TypedLabelReader)), null, [label.Type.RawType], row, label);

    private static Func<float> TypedLabelReader<T>(DataViewRow row, DataViewSchema.Column label)
        where T : IConvertible
    {
        ValueGetter<T> getter = row.GetGetter<T>(label);
        bool isKey = label.Type is KeyDataViewType;
        return () =>
        {
            T value = default;
            getter(ref value);
            float number = value.ToSingle(null);
            return !isKey ? number : number == 0 ? float.NaN : number - 1;
        };
    }

    private static void Warn(IChannel channel, int count, string format)
    {
        if (count > 0)
            channel.Warning(MessageSensitivity.None, format, count);
    }
}
