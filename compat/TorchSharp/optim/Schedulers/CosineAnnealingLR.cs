namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            public static partial class impl
            {
                /// <summary>From the initial rate to eta_min along half a cosine of T_max epochs, and back.</summary>
                public class CosineAnnealingLR : LRScheduler
                {
                    private readonly double period, minimum;

                    public CosineAnnealingLR(Optimizer optimizer, double T_max, double eta_min = 0, int last_epoch = -1, bool verbose = false)
                        : base(optimizer, last_epoch, verbose)
                    {
                        period = T_max;
                        minimum = eta_min;
                        step();
                    }

                    // Recursive, so that other schedulers may act on the same rates.
                    protected override IEnumerable<double> get_lr()
                    {
                        if (LastEpoch == 0)
                            return CurrentRates;
                        if ((LastEpoch - 1 - period) % (2 * period) == 0)
                            return CurrentRates.Select((rate, i) => rate + (_base_lrs[i] - minimum) * (1 - Math.Cos(Math.PI / period)) / 2);
                        double ratio = (1 + Math.Cos(Math.PI * LastEpoch / period)) / (1 + Math.Cos(Math.PI * (LastEpoch - 1) / period));
                        return CurrentRates.Select(rate => ratio * (rate - minimum) + minimum);
                    }

                    protected override IEnumerable<double> get_closed_form_lr() =>
                        _base_lrs.Select(rate => minimum + (rate - minimum) * (1 + Math.Cos(Math.PI * LastEpoch / period)) / 2);
                }
            }
        }
    }
}
