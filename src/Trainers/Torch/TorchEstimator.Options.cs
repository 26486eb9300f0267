using System.Text.Json.Nodes;
using Microsoft.ML.Transforms.Image;

namespace MLNetGen;

public sealed partial class TorchEstimator
{
    /// <summary>What to learn from, what comes out, and how long to train.</summary>
    public sealed class Options : TrainingOptions
    {
        internal const int DefaultBatchSize = 32;

        /// <summary>The column to learn from: MLImage, or a vector of Single of one known size.</summary>
        public string InputColumnName { get; set; } = "Image";

        /// <summary>A column that the task learns to tell: a number, a truth value, a key or a vector of Single; see <see cref="TrainingBatch.Label"/>. Null for none.</summary>
        public string? LabelColumnName { get; set; }

        /// <summary>The column that the transformer adds.</summary>
        public string OutputColumnName { get; set; } = "Output";

        /// <summary>What is in it.</summary>
        public TorchOutput Output { get; set; } = TorchOutput.Vector;

        /// <summary>Height and width of the pictures in the network, in pixels; pictures of another size are resized. 0 takes the first picture's smaller side, at most 64.</summary>
        public int ImageSize { get; set; }

        /// <summary>1 for grey, 3 for colour, 0 for what the pictures are: grey where all are. They are looked at until one has colour.</summary>
        public int Channels { get; set; }

        /// <summary>How a picture that is not square is made so.</summary>
        public ImageResizingEstimator.ResizingKind Resizing { get; set; } = ImageResizingEstimator.ResizingKind.IsoCrop;

        /// <summary>How the learning rates that the task's optimisers were made with move over the run.</summary>
        public LearningRateSchedule Schedule { get; set; } = LearningRateSchedule.Constant;

        /// <summary>Called after every step, on the training thread: keep it short.</summary>
        public Action<TorchProgress>? ProgressCallback { get; set; }

        /// <summary>Called after every epoch.</summary>
        public Action<TorchEpoch>? MetricsCallback { get; set; }

        internal override void Validate()
        {
            base.Validate();
            OptionCheck.Named(nameof(InputColumnName), InputColumnName, "the column to learn from");
            OptionCheck.Named(nameof(OutputColumnName), OutputColumnName, "the column that the transformer adds");
            OptionCheck.AtLeast(nameof(ImageSize), ImageSize, 0);
            OptionCheck.Channels(nameof(Channels), Channels);
        }
    }
}

/// <summary>The settings that repeat a run.</summary>
internal sealed record TorchSettings : EpochSettings
{
    public string Task { get; init; } = "";

    /// <summary>The task's own settings.</summary>
    public JsonNode? TaskSettings { get; init; }

    /// <summary>By network, its type and number of parameters.</summary>
    public string Networks { get; init; } = "";
    public long[] InputShape { get; init; } = [];
    public string? Label { get; init; }

    public override string Describe() => $"{Task}: {Networks}";
}
