namespace MLNetGen;

public sealed partial class AlexNetTrainer
{
    public sealed partial class Options
    {
        /// <summary>
        /// Whether training sees a random window of the larger picture instead of its centre: the paper's section 4.1, with
        /// <see cref="HorizontalFlip"/> 2·(256 − 224)² = 2,048 pictures of one.
        /// </summary>
        public bool RandomCrop { get; set; } = true;

        /// <summary>Whether training sees every other picture mirrored. Not for letters and digits.</summary>
        public bool HorizontalFlip { get; set; } = true;

        /// <summary>Pixels that the picture is extended by on every side, mirrored at its border, before a random window is taken. Null for the network's own: 0; an eighth of the size for compact.</summary>
        public int? CropPadding { get; set; }

        /// <summary>
        /// Deviation of the random multiples of the training pictures' principal colours that are added to a picture: 0.1 in the paper (section
        /// 4.1); 0 for none. Null for the network's own: 0.1 (paper), 0 (others). For colour pictures only.
        /// </summary>
        public double? ColorNoise { get; set; }

        /// <summary>
        /// Bytes of decoded pictures that are held in memory, at least 1 MiB; more lie in a memory-mapped temporary file (in
        /// <see cref="TrainingOptions.WorkspacePath"/>, or the system's folder for such), which goes when training ends. Default 1 GiB.
        /// </summary>
        public long MemoryBudget { get; set; } = 1L << 30;

        private void ValidateAugmentation()
        {
            OptionCheck.AtLeast(nameof(CropPadding), CropPadding ?? 0, 0);
            OptionCheck.NotNegative(nameof(ColorNoise), ColorNoise ?? 0);
            if (MemoryBudget < 1 << 20)
                throw new ArgumentOutOfRangeException(nameof(MemoryBudget), MemoryBudget, $"{nameof(MemoryBudget)} is {MemoryBudget}; it must be at least 1 MiB ({1 << 20}).");
        }
    }
}
