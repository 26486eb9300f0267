using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetGen.Gan;

namespace MLNetGen;

/// <summary>
/// Trains a deep convolutional generative adversarial network on a column of pictures and returns it as an ONNX-backed
/// transformer. Sources: Goodfellow et al. 2014, arXiv:1406.2661; Radford, Metz and Chintala 2015, arXiv:1511.06434; and
/// what <see cref="DcganNetwork"/> names.
/// </summary>
public sealed partial class DcganTrainer : EpochTrainer<DcganTrainer.Options, DcganTransformer>
{
    internal DcganTrainer(MLContext context, Options options)
        : base(context, options)
    {
    }

    /// <inheritdoc/>
    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        NetworkInput.IsPicture(inputSchema, TrainerOptions.ImageColumnName, "a GAN", alsoVectors: false);
        ClassLabels.Require(inputSchema, TrainerOptions.LabelColumnName);
        return SchemaShapes.Append(Context, inputSchema, (DcganColumns.Realness, new VectorDataViewType(NumberDataViewType.Single, 1)));
    }

    private protected override EpochRun<DcganTransformer> NewRun(IDataView input, CancellationToken cancel) => new Run(Context, TrainerOptions, input, cancel);

    /// <summary>From the options to the transformer.</summary>
    private sealed class Run(MLContext context, Options options, IDataView input, CancellationToken cancel)
        : RowRun<Options, GanSettings, DcganAverages, DcganTransformer>(context, "gan", options, input)
    {
        private PictureInput? column;
        private ClassLabels? labels;
        private Func<DcganTask>? gan;
        private GanRecipe? recipe;
        private GanCourse? course;

        private DcganTask Gan => gan!();

        protected override (GanSettings Settings, TrainingTask Task) Prepare(GanSettings settings, GanSettings? finished, TrainingSession session)
        {
            string pictures = NetworkInput.FindPictures(Input, Options.ImageColumnName, "a GAN").Name;
            // The network's own size may follow from the number of channels.
            int channels = PictureInput.Decide(Context, Input, pictures, GanShape.Grid, Options.Channels, Options.Resizing, cancel: cancel).Channels;
            DcganNetwork network = Options.Network ?? (channels == 1 ? DcganNetwork.Mnist32 : DcganNetwork.AnimeFace64);
            int size = Options.ImageSize > 0 ? Options.ImageSize : network switch { DcganNetwork.Mlp => 28, DcganNetwork.Mnist32 => 32, _ => 64 };
            // Only classes that there are pictures of: one without would be drawn from nothing.
            labels = Options.LabelColumnName is not { } label ? null : ClassLabels
                .Read(Input, label, cancel, remedy: $"{ClassLabels.Remedy}, or leave {nameof(Options.LabelColumnName)} unset", onlyUsed: true)
                .AtLeastTwo("a GAN of classes", label, $"leave {nameof(Options.LabelColumnName)} unset");
            column = new(Context, pictures, channels, size, size, Options.Resizing);
            recipe = new(Options, network, channels, size, labels?.Names);
            DcganTask task = new(recipe);
            gan = () => task;
            return (settings with { Recipe = recipe }, task);
        }

        // Rows held out are judged by, and not learnt from.
        protected override (IDataView Rows, IDataView? HeldOut) Split(TrainingSession session) => (Input, null);

        protected override TrainingRows Read(IDataView rows, bool isTraining, TrainingSession session)
        {
            TrainingRows read = TrainingRows.Read(column!, labels is null ? null : (Options.LabelColumnName!, labels.OneHot), rows, session, cancel);
            if (read.Count >= recipe!.PicturesPerStep)
                return read;
            using (read)
            {
                throw new ArgumentException($"there {(read.Count == 1 ? "is 1 picture" : $"are {read.Count} pictures")}, and a step takes {recipe!.PicturesPerStep}: "
                    + $"{(read.Count > 1 ? "lower BatchSize, or " : "")}give more pictures.", nameof(rows));
            }
        }

        protected override void Start(TrainingTask task, GanHistory history, TrainingRows train, TrainingRows? held, TrainingSession session)
        {
            history.Pictures = TrainingPictures.Describe(Context, Input, column!, Options.WorkspacePath, session);
            Gan.Evaluator = Options.ValidationSet is { } judged ? new(Context, column!, judged, Input, Options.FeatureExtractor, Options.LabelColumnName) : null;
        }

        protected override TrainerTask Rounds(TrainingTask task, GanHistory history, TrainingRows train, TrainingRows? held, TrainingSession session) =>
            new GanRounds(Gan, Options, history, course = new(history, Options.WorkspacePath), session, train);

        protected override OnnxFiles Export(TrainingTask task) => DcganPipeline.Export(recipe!, Gan.Average, Gan.Discriminator, Options);

        protected override DcganTransformer Create(OnnxFiles files, DataViewSchema schema, GanHistory history, int threads)
        {
            DcganTransformer trained = new(Context, column!, files, schema, history, course ?? new(history, Options.WorkspacePath), threads) { Judge = Gan.Evaluator };
            // From here on the transformer's to dispose.
            Gan.Evaluator = null;
            return trained;
        }
    }
}
