using Microsoft.ML;

namespace MLNetGen.Cli.Studies;

/// <summary>
/// The AlexNet paper's table of results (section 6): one network, five of them averaged, one with a sixth convolution that was trained on other pictures
/// first (CNN*), the five and two such averaged; and a linear softmax on the pixels, which knows nothing of pictures.
/// </summary>
internal static class ResultsStudy
{
    private const int Networks = 5, Starred = 2;

    /// <param name="context">The context.</param>
    /// <param name="data">What to train on.</param>
    /// <param name="pretraining">Other labelled pictures for the sixth convolution; null takes the training pictures.</param>
    /// <param name="folder">Where to.</param>
    public static void Run(MLContext context, StudyData data, IDataView? pretraining, string folder)
    {
        int seed = data.Options.Seed ?? 1;
        IReadOnlyList<float[]> linear = SoftmaxBaseline.Scores(context, data);
        List<IReadOnlyList<float[]>> plain = [], starred = [];
        for (int i = 0; i < Networks; i++)
            plain.Add(data.Run($"CNN {i + 1}", options => options.Seed = seed + i).Scores);
        for (int i = 0; i < Starred; i++)
        {
            string before = $"CNN star {i + 1} before";
            void Sixth(AlexNetTrainer.Options options)
            {
                options.Seed = seed + Networks + i;
                options.SixthConvolution = true;
            }
            data.Run(before, Sixth, pretraining ?? data.Train);
            IReadOnlyList<float[]> scores = data.Run($"CNN star {i + 1}", options =>
            {
                Sixth(options);
                // The same seed would show it the same pictures under the same dropout as before.
                options.Seed += Starred;
                options.InitialWeights = Path.Combine(data.WorkspaceOf(before), "checkpoints", "network-1.checkpoint");
                // A smaller step keeps what was learnt.
                options.LearningRate = options.LearningRate is { } rate ? rate / 10 : options.Network == AlexNetNetwork.Compact ? 0.01 : 0.001;
            }).Scores;
            starred.Add(scores);
        }
        string star = pretraining is null ? "CNN* (twice the epochs)" : "CNN*";
        (string Name, IReadOnlyList<float[]> Scores)[] rows =
        [
            ("linear softmax on the pixels", linear),
            ("1 CNN", plain[0]),
            ($"{Networks} CNNs", StudyData.Average([.. plain])),
            ($"1 {star}", starred[0]),
            ($"{Networks + Starred} CNNs, {Starred} of them {star}", StudyData.Average([.. plain, .. starred])),
        ];
        HtmlReport page = new("Results", pretraining is null
            ? "The sixth convolution of CNN* was trained on the training pictures themselves first: give --pretrain for others, as in the paper."
            : "The sixth convolution of CNN* was trained on the pictures of --pretrain first.");
        StudyPage.Finish(page, folder, "Error on the test pictures", ["model", "top-1", "top-5"], [.. rows.Select(row =>
        {
            (double top1, double top5) = data.Errors(row.Scores);
            return (IReadOnlyList<string>)[row.Name, StudyPage.Percent(top1), data.Classes > 5 ? StudyPage.Percent(top5) : "–"];
        })]);
    }
}
