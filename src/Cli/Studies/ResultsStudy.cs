using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

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
        StudyPage.Finish(page, folder, "Error on the test pictures, with the 95 % interval of each (Wilson)", ["model", "top-1 error", "95 % interval", "top-5 error"], [.. rows.Select(row =>
        {
            StudyErrors errors = data.Errors(row.Scores);
            return (IReadOnlyList<string>)[row.Name, StudyPage.Percent(errors.Top1), errors.Interval, data.Classes > 5 ? StudyPage.Percent(errors.Top5) : "–"];
        })]);
    }
}

/// <summary>Multinomial logistic regression on the pixels: what a classifier is worth that knows nothing of pictures.</summary>
internal sealed class SoftmaxBaseline(long[] shape, int classes) : TrainingTask(new Softmax(shape[0] * shape[1] * shape[2], classes))
{
    private const int Side = 32, Batch = 128, Passes = 10;
    private const double Rate = 1e-3, Decay = 1e-4;

    public override Tensor Loss(TrainingBatch batch) => functional.cross_entropy(Network.call(batch.Input), batch.Label);

    protected override IReadOnlyDictionary<string, OptimizerHelper> CreateOptimizers() =>
        new Dictionary<string, OptimizerHelper> { ["adam"] = optim.Adam(Network.parameters(), Rate, weight_decay: Decay) };

    /// <summary>Logits of every test picture.</summary>
    public static IReadOnlyList<float[]> Scores(MLContext context, StudyData data)
    {
        AlexNetTrainer.Options study = data.Options;
        TorchEstimator.Options options = new()
        {
            LabelColumnName = "Label",
            OutputColumnName = "Score",
            ImageSize = Side,
            Channels = 3,
            BatchSize = Batch,
            Epochs = Passes,
            Seed = study.Seed,
            Device = study.Device,
            NumberOfThreads = study.NumberOfThreads,
            CancellationToken = study.CancellationToken,
        };
        IDataView train = context.Transforms.Conversion.MapValueToKey("Label", keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue).Fit(data.Train).Transform(data.Train);
        using TorchTransformer model = context.Torch.Estimator(shape => new SoftmaxBaseline(shape, data.Classes), options).Fit(train);
        return [.. model.Transform(data.Test).GetColumn<float[]>("Score")];
    }

    private sealed class Softmax : Module<Tensor, Tensor>
    {
        private readonly Linear linear;

        public Softmax(long pixels, int classes)
            : base(nameof(Softmax))
        {
            linear = Linear(pixels, classes);
            RegisterComponents();
        }

        public override Tensor forward(Tensor pictures) => linear.call(pictures.flatten(1) - 0.5);
    }
}
