namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            public static partial class impl
            {
                /// <summary>The 1cycle policy (Smith and Topin 2018): up to max_lr, then down far below the start; momentum the other way.</summary>
                public class OneCycleLR : LRScheduler
                {
                    private readonly int steps;
                    private readonly bool cyclesMomentum;
                    private readonly AnnealStrategy strategy;
                    private readonly List<double> initialRates, peakRates, finalRates, lowMomenta, highMomenta;
                    private readonly double[] phaseEnds;

                    public OneCycleLR(
                        Optimizer optimizer, double max_lr, int total_steps = -1, int epochs = -1, int steps_per_epoch = -1, double pct_start = 0.3,
                        AnnealStrategy anneal_strategy = AnnealStrategy.Cos, bool cycle_momentum = true, double base_momentum = 0.85,
                        double max_momentum = 0.95, double div_factor = 25, double final_div_factor = 1e4, bool three_phase = false, int last_epoch = -1,
                        bool verbose = false)
                        : this(
                            optimizer, Same(optimizer, max_lr), total_steps, epochs, steps_per_epoch, pct_start, anneal_strategy, cycle_momentum,
                            Same(optimizer, base_momentum), Same(optimizer, max_momentum), div_factor, final_div_factor, three_phase, last_epoch, verbose)
                    {
                    }

                    public OneCycleLR(
                        Optimizer optimizer, IEnumerable<double> max_lr, int total_steps = -1, int epochs = -1, int steps_per_epoch = -1,
                        double pct_start = 0.3, AnnealStrategy anneal_strategy = AnnealStrategy.Cos, bool cycle_momentum = true,
                        IEnumerable<double>? base_momentum = null, IEnumerable<double>? max_momentum = null, double div_factor = 25,
                        double final_div_factor = 1e4, bool three_phase = false, int last_epoch = -1, bool verbose = false)
                        : base(optimizer, last_epoch, verbose)
                    {
                        if (cycle_momentum && optimizer is not (IMomentum or IBetas))
                            throw new ArgumentException("optimizer must support momentum with `cycle_momentum` option enabled");
                        if (pct_start is < 0 or > 1)
                            throw new ArgumentException($"Expected float between 0 and 1 for pct_start, but got {pct_start}");

                        steps = Count(total_steps, epochs, steps_per_epoch);
                        cyclesMomentum = cycle_momentum;
                        strategy = anneal_strategy;
                        peakRates = [.. max_lr];
                        initialRates = [.. peakRates.Select(rate => rate / div_factor)];
                        finalRates = [.. initialRates.Select(rate => rate / final_div_factor)];
                        lowMomenta = [.. base_momentum ?? Same(optimizer, 0.85)];
                        highMomenta = [.. max_momentum ?? Same(optimizer, 0.95)];
                        phaseEnds = three_phase
                            ? [pct_start * steps - 1, 2 * pct_start * steps - 2, steps - 1]
                            : [pct_start * steps - 1, steps - 1];
                        step();
                    }

                    public enum AnnealStrategy
                    {
                        Cos,
                        Linear,
                    }

                    protected override IEnumerable<double> get_lr()
                    {
                        if (LastEpoch > steps)
                            throw new InvalidOperationException($"Tried to step {LastEpoch + 1} times. The specified number of total steps is {steps}");

                        int phase = 0;
                        while (phase < phaseEnds.Length - 1 && LastEpoch > phaseEnds[phase])
                            phase++;
                        double start = phase == 0 ? 0 : phaseEnds[phase - 1];
                        double part = (LastEpoch - start) / (phaseEnds[phase] - start);
                        bool isLast = phase == phaseEnds.Length - 1;

                        int i = 0;
                        foreach (var group in _optimizer.ParamGroups)
                        {
                            double from = phase == 0 || (isLast && phase == 2) ? initialRates[i] : peakRates[i];
                            double to = phase == 0 ? peakRates[i] : isLast ? finalRates[i] : initialRates[i];
                            double fromMomentum = phase == 1 ? lowMomenta[i] : highMomenta[i];
                            double toMomentum = phase == 0 ? lowMomenta[i] : highMomenta[i];
                            if (cyclesMomentum)
                                SetMomentum(group, Anneal(fromMomentum, toMomentum, part));
                            i++;
                            yield return Anneal(from, to, part);
                        }
                    }

                    private double Anneal(double from, double to, double part) => strategy == AnnealStrategy.Cos
                        ? to + (from - to) / 2 * (Math.Cos(Math.PI * part) + 1)
                        : (to - from) * part + from;

                    private static void SetMomentum(ILearningRateController group, double momentum)
                    {
                        if (group is IBetas betas)
                            betas.Betas = (momentum, betas.Betas.Item2);
                        else
                            ((IMomentum)group).Momentum = momentum;
                    }

                    private static int Count(int total, int epochs, int stepsPerEpoch)
                    {
                        if (total == -1 && epochs == -1 && stepsPerEpoch == -1)
                            throw new ArgumentException("You must define either total_steps OR (epochs AND steps_per_epoch)");
                        if (total != -1)
                            return total > 0 ? total : throw new ArgumentException($"Expected positive integer total_steps, but got {total}");
                        if (epochs <= 0)
                            throw new ArgumentException($"Expected positive integer epochs, but got {epochs}");
                        if (stepsPerEpoch <= 0)
                            throw new ArgumentException($"Expected positive integer steps_per_epoch, but got {stepsPerEpoch}");
                        return epochs * stepsPerEpoch;
                    }

                    private static IEnumerable<double> Same(Optimizer optimizer, double value) => optimizer.ParamGroups.Select(_ => value);
                }
            }
        }
    }
}
