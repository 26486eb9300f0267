using Microsoft.ML.Transforms.Image;

namespace MLNetGen
{
    public sealed partial class FineTuneTrainer
    {
        /// <summary>What to learn from, which backbone, and how to train it.</summary>
        public sealed class Options : TrainingOptions
        {
            internal const int DefaultBatchSize = 16;

            /// <summary>Sets 4 epochs: of a few hundred pictures more are learnt by heart.</summary>
            public Options() => Epochs = 4;

            /// <summary>
            /// An ONNX file of a network for pictures, [N, 1 or 3, height, width], whoever wrote it; a classifier's last layer is left out. Null: ResNet-18 of the package
            /// Microsoft.ML.DnnImageFeaturizer.ResNet18 beside the program, which is prepared as its own file there says.
            /// </summary>
            public string? BackbonePath { get; set; }

            /// <summary>
            /// The value of the file that is the features: a vector a picture, or maps, which are averaged over their places. Null: what a classifier's last matrix is multiplied with; the
            /// output of a file without a classifier.
            /// </summary>
            public string? FeatureName { get; set; }

            /// <summary>The pixels that the backbone was trained on. Null: ImageNet's as torchvision has them (one channel: 0 to 1); ResNet-18 of the package is recognised.</summary>
            public BackbonePixels? Pixels { get; set; }

            /// <summary>The column of labels: keys, text, numbers, truth values, or one-hot vectors.</summary>
            public string LabelColumnName { get; set; } = "Label";

            /// <summary>The column of pictures (MLImage), of any size.</summary>
            public string ImageColumnName { get; set; } = "Image";

            /// <summary>Height and width that the backbone sees, in pixels; 0 for those of its file, 224 where it leaves them open.</summary>
            public int ImageSize { get; set; }

            /// <summary>
            /// Height and width that pictures are resized to by ML.NET, at most the backbone's; the network enlarges them to these, smoothly. 0: the first picture's smaller side, at most the backbone's.
            /// </summary>
            public int ResizeSize { get; set; }

            /// <summary>How a picture that is not square is made so.</summary>
            public ImageResizingEstimator.ResizingKind Resizing { get; set; } = ImageResizingEstimator.ResizingKind.IsoCrop;

            /// <summary>Whether the backbone stays as it is, and the head alone is fitted: no epochs, seconds after the features are computed.</summary>
            public bool Frozen { get; set; }

            /// <summary>
            /// What the head's regression pays for large weights: half of this times their squares, beside the cross-entropy summed over the rows. The features have mean 0 and, on average,
            /// variance 1. Above 0.
            /// </summary>
            public double L2Regularization { get; set; } = 50;

            /// <summary>Adam's step size at its largest, for all layers; some hundredths of what a new network is trained with. Above 0.</summary>
            public double LearningRate { get; set; } = 2e-5;

            /// <summary>How the rate moves.</summary>
            public LearningRateSchedule Schedule { get; set; } = LearningRateSchedule.OneCycle;

            /// <summary>AdamW's weight decay; 0 or more.</summary>
            public double WeightDecay { get; set; } = 1e-2;

            /// <summary>
            /// Share of the rows that is held out to choose the best epoch where there is no <see cref="TrainingOptions.ValidationSet"/>, in [0, 1); 0 for none, and the last epoch. It is drawn by
            /// the seed from every class alike. Not used where <see cref="Frozen"/>.
            /// </summary>
            /// <remarks>None by default: of a few hundred pictures all are wanted for training, and a few held out cannot rank epochs.</remarks>
            public double ValidationFraction { get; set; }

            /// <summary>Whether training sees every other picture mirrored. Not for letters and digits.</summary>
            public bool HorizontalFlip { get; set; } = true;

            /// <summary>Pixels that training shifts a picture by at most, up, down and to the sides, mirrored at its border. Null: a sixteenth of its smaller side.</summary>
            public int? CropPadding { get; set; }

            /// <summary>How many of the best classes the transformer adds as <c>TopLabels</c> and <c>TopScores</c>; 0 for none. At most as many as there are classes.</summary>
            public int TopK { get; set; }

            /// <summary>Whether the transformer adds <c>Features</c>, the backbone's.</summary>
            public bool OutputFeatures { get; set; }

            /// <summary>Called after every step, on the training thread: keep it short.</summary>
            public Action<FineTuneProgress>? ProgressCallback { get; set; }

            /// <summary>Called after every epoch.</summary>
            public Action<FineTuneEpoch>? MetricsCallback { get; set; }

            internal override void Validate()
            {
                base.Validate();
                if (string.IsNullOrEmpty(LabelColumnName) || string.IsNullOrEmpty(ImageColumnName))
                    throw new ArgumentException($"{nameof(LabelColumnName)} or {nameof(ImageColumnName)} is empty: name the columns to learn from.");
                Pixels?.Validate(nameof(Pixels));
                OptionCheck.AtLeast(nameof(ImageSize), ImageSize, 0);
                OptionCheck.AtLeast(nameof(ResizeSize), ResizeSize, 0);
                OptionCheck.Positive(nameof(L2Regularization), L2Regularization);
                OptionCheck.Positive(nameof(LearningRate), LearningRate);
                OptionCheck.NotNegative(nameof(WeightDecay), WeightDecay);
                OptionCheck.Fraction(nameof(ValidationFraction), ValidationFraction);
                OptionCheck.AtLeast(nameof(CropPadding), CropPadding ?? 0, 0);
                OptionCheck.AtLeast(nameof(TopK), TopK, 0);
            }
        }
    }
}

namespace MLNetGen.FineTuning
{
    /// <summary>The settings that repeat a run.</summary>
    internal sealed record FineTuneSettings : EpochSettings
    {
        /// <summary>The file's name.</summary>
        public string Backbone { get; init; } = "";

        /// <summary>SHA-256 of the file.</summary>
        public string BackboneHash { get; init; } = "";

        public string FeatureName { get; init; } = "";
        public int Features { get; init; }

        /// <summary>What goes into the network, and, enlarged, into the backbone.</summary>
        public long[] InputShape { get; init; } = [];
        public long[] SeenShape { get; init; } = [];
        public string PixelRange { get; init; } = "";
        public IReadOnlyList<string> Classes { get; init; } = [];
        public bool Frozen { get; init; }
        public double L2Regularization { get; init; }
        public double LearningRate { get; init; }
        public double WeightDecay { get; init; }
        public double ValidationFraction { get; init; }
        public bool HorizontalFlip { get; init; }
        public int CropPadding { get; init; }

        public override string Describe() =>
            $"{Backbone}, {string.Join("×", InputShape)}{(InputShape.SequenceEqual(SeenShape) ? "" : $" enlarged to {string.Join("×", SeenShape)}")}, {Features} features ('{FeatureName}'), {Classes.Count} classes, {(Frozen ? "frozen" : "all layers trained")}";
    }
}
