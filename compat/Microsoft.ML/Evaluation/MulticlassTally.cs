namespace Microsoft.ML.Data;

/// <summary>Counts over scored rows. Label and score meet by index alone; of equal scores the first ranks first.</summary>
internal sealed class MulticlassTally(int classes)
{
    // Probabilities below this one count as this one.
    private const float SmallestProbability = 1e-15f;

    private readonly double[] rowsOfClass = new double[classes];
    private readonly double[] lossOfClass = new double[classes];
    private readonly double[] rowsOfRank = new double[classes + 1];
    private double rows;
    private double loss;

    public double[][] Confusion { get; } = Enumerable.Range(0, classes).Select(_ => new double[classes]).ToArray();

    /// <summary>Rows whose label is beyond the classes that the model knows.</summary>
    public int UnknownLabels { get; private set; }

    public double MicroAccuracy => rows > 0 ? rowsOfRank[0] / rows : 0;

    public double MacroAccuracy =>
        Enumerable.Range(0, classes).Where(i => rowsOfClass[i] > 0).Select(i => Confusion[i][i] / rowsOfClass[i]).DefaultIfEmpty(0).Average();

    public double LogLoss => rows > 0 ? loss / rows : 0;

    /// <summary>What share of the label's entropy the scores explain.</summary>
    public double LogLossReduction
    {
        get
        {
            double entropy = -rowsOfClass.Where(count => count > 0).Sum(count => count * Math.Log(count / rows)) / rows;
            return (entropy - LogLoss) / entropy;
        }
    }

    public double[] PerClassLogLoss => lossOfClass.Select((sum, i) => rowsOfClass[i] > 0 ? sum / rowsOfClass[i] : 0).ToArray();

    // Of as many ranks as there are, one more than classes.
    public double[] TopKAccuracies(int count)
    {
        double sum = 0;
        return rowsOfRank.Take(count).Select(ofRank => sum += ofRank / rows).ToArray();
    }

    public void Add(int label, ReadOnlySpan<float> scores)
    {
        bool known = label < classes;
        float score = known ? scores[label] : 0;
        int rank = 0;
        int best = 0;
        for (int i = 0; i < scores.Length; i++)
        {
            if (scores[i] > score || (scores[i] == score && i < label))
                rank++;
            if (scores[i] > scores[best])
                best = i;
        }
        double rowLoss = -Math.Log(Math.Clamp(score, SmallestProbability, 1));
        rows++;
        loss += rowLoss;
        rowsOfRank[rank]++;
        if (!known)
        {
            UnknownLabels++;
            return;
        }
        rowsOfClass[label]++;
        lossOfClass[label] += rowLoss;
        Confusion[label][best]++;
    }
}
