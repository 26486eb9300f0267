namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor abs() => Aten.abs.Call(this);
        public Tensor abs_() => InPlace(Aten.abs_, this);

        public Tensor absolute() => Aten.absolute.Call(this);
        public Tensor absolute_() => InPlace(Aten.absolute_, this);

        public Tensor acos() => Aten.acos.Call(this);
        public Tensor acos_() => InPlace(Aten.acos_, this);

        public Tensor acosh() => Aten.acosh.Call(this);
        public Tensor acosh_() => InPlace(Aten.acosh_, this);

        public Tensor align_as(Tensor other) => Aten.align_as.Call(this, other);

        public Tensor angle() => Aten.angle.Call(this);

        public Tensor arccos() => Aten.arccos.Call(this);
        public Tensor arccos_() => InPlace(Aten.arccos_, this);

        public Tensor arccosh() => Aten.arccosh.Call(this);
        public Tensor arccosh_() => InPlace(Aten.arccosh_, this);

        public Tensor arcsin() => Aten.arcsin.Call(this);
        public Tensor arcsin_() => InPlace(Aten.arcsin_, this);

        public Tensor arcsinh() => Aten.arcsinh.Call(this);
        public Tensor arcsinh_() => InPlace(Aten.arcsinh_, this);

        public Tensor arctan() => Aten.arctan.Call(this);
        public Tensor arctan(Tensor other) => Aten.arctan2.Call(this, other);
        public Tensor arctan_() => InPlace(Aten.arctan_, this);
        public Tensor arctan_(Tensor other) => InPlace(Aten.arctan2_, this, other);

        public Tensor arctanh() => Aten.arctanh.Call(this);
        public Tensor arctanh_() => InPlace(Aten.arctanh_, this);

        public Tensor asin() => Aten.asin.Call(this);
        public Tensor asin_() => InPlace(Aten.asin_, this);

        public Tensor asinh() => Aten.asinh.Call(this);
        public Tensor asinh_() => InPlace(Aten.asinh_, this);

        public Tensor atan() => Aten.atan.Call(this);
        public Tensor atan_() => InPlace(Aten.atan_, this);

        public Tensor atanh() => Aten.atanh.Call(this);
        public Tensor atanh_() => InPlace(Aten.atanh_, this);

        public Tensor ceil() => Aten.ceil.Call(this);
        public Tensor ceil_() => InPlace(Aten.ceil_, this);

        public Tensor conj() => Aten.conj.Call(this);

        public Tensor conj_physical() => Aten.conj_physical.Call(this);
        public Tensor conj_physical_() => InPlace(Aten.conj_physical_, this);

        public Tensor cos() => Aten.cos.Call(this);
        public Tensor cos_() => InPlace(Aten.cos_, this);

        public Tensor cosh() => Aten.cosh.Call(this);
        public Tensor cosh_() => InPlace(Aten.cosh_, this);

        public Tensor deg2rad() => Aten.deg2rad.Call(this);
        public Tensor deg2rad_() => InPlace(Aten.deg2rad_, this);

        public Tensor digamma() => Aten.digamma.Call(this);
        public Tensor digamma_() => InPlace(Aten.digamma_, this);

        public Tensor erf() => Aten.erf.Call(this);
        public Tensor erf_() => InPlace(Aten.erf_, this);

        public Tensor erfc() => Aten.erfc.Call(this);
        public Tensor erfc_() => InPlace(Aten.erfc_, this);

        public Tensor erfinv() => Aten.erfinv.Call(this);
        public Tensor erfinv_() => InPlace(Aten.erfinv_, this);

        public Tensor exp() => Aten.exp.Call(this);

        public Tensor exp2() => Aten.exp2.Call(this);
        public Tensor exp2_() => InPlace(Aten.exp2_, this);

        public Tensor exp_() => InPlace(Aten.exp_, this);

        public Tensor expm1() => Aten.expm1.Call(this);
        public Tensor expm1_() => InPlace(Aten.expm1_, this);

        public Tensor fix() => Aten.fix.Call(this);
        public Tensor fix_() => InPlace(Aten.fix_, this);

        public Tensor floor() => Aten.floor.Call(this);
        public Tensor floor_() => InPlace(Aten.floor_, this);

        public Tensor frac() => Aten.frac.Call(this);
        public Tensor frac_() => InPlace(Aten.frac_, this);

        public (Tensor Mantissa, Tensor Exponent) frexp() => Pair(Aten.frexp_Tensor.CallMany(this));

        public Tensor i0() => Aten.i0.Call(this);
        public Tensor i0_() => InPlace(Aten.i0_, this);

        public Tensor lgamma() => Aten.lgamma.Call(this);
        public Tensor lgamma_() => InPlace(Aten.lgamma_, this);

        public Tensor log() => Aten.log.Call(this);

        public Tensor log10() => Aten.log10.Call(this);
        public Tensor log10_() => InPlace(Aten.log10_, this);

        public Tensor log1p() => Aten.log1p.Call(this);
        public Tensor log1p_() => InPlace(Aten.log1p_, this);

        public Tensor log2() => Aten.log2.Call(this);
        public Tensor log2_() => InPlace(Aten.log2_, this);

        public Tensor log_() => InPlace(Aten.log_, this);

        public Tensor logit(double? eps = null) => Aten.logit.Call(this, eps);
        public Tensor logit_(double? eps = null) => InPlace(Aten.logit_, this, eps);

        public Tensor mvlgamma(long p) => Aten.mvlgamma.Call(this, p);
        public Tensor mvlgamma_(long p) => InPlace(Aten.mvlgamma_, this, p);

        public Tensor nan_to_num(double nan = 0, double? posinf = null, double? neginf = null) => Aten.nan_to_num.Call(this, nan, posinf, neginf);
        public Tensor nan_to_num_(double nan = 0, double? posinf = null, double? neginf = null) =>
            InPlace(Aten.nan_to_num_, this, nan, posinf, neginf);

        public Tensor polygamma(long p) => Aten.polygamma.Call(p, this);
        public Tensor polygamma_(long p) => InPlace(Aten.polygamma_, this, p);

        public Tensor q_per_channel_scales() => Aten.q_per_channel_scales.Call(this);

        public Tensor q_per_channel_zero_points() => Aten.q_per_channel_zero_points.Call(this);

        public Tensor rad2deg() => Aten.rad2deg.Call(this);
        public Tensor rad2deg_() => InPlace(Aten.rad2deg_, this);

        public Tensor reciprocal() => Aten.reciprocal.Call(this);
        public Tensor reciprocal_() => InPlace(Aten.reciprocal_, this);

        public Tensor round(long decimals = 0) => Aten.round_decimals.Call(this, decimals);
        public Tensor round_(long decimals = 0) => InPlace(Aten.round__decimals, this, decimals);

        public Tensor rsqrt() => Aten.rsqrt.Call(this);
        public Tensor rsqrt_() => InPlace(Aten.rsqrt_, this);

        public Tensor sgn() => Aten.sgn.Call(this);
        public Tensor sgn_() => InPlace(Aten.sgn_, this);

        public Tensor sign() => Aten.sign.Call(this);
        public Tensor sign_() => InPlace(Aten.sign_, this);

        public Tensor signbit() => Aten.signbit.Call(this);

        public Tensor sin() => Aten.sin.Call(this);
        public Tensor sin_() => InPlace(Aten.sin_, this);

        public Tensor sinc() => Aten.sinc.Call(this);
        public Tensor sinc_() => InPlace(Aten.sinc_, this);

        public Tensor sinh() => Aten.sinh.Call(this);
        public Tensor sinh_() => InPlace(Aten.sinh_, this);

        public Tensor sqrt() => Aten.sqrt.Call(this);
        public Tensor sqrt_() => InPlace(Aten.sqrt_, this);

        public Tensor square() => Aten.square.Call(this);

        public Tensor tan() => Aten.tan.Call(this);
        public Tensor tan_() => InPlace(Aten.tan_, this);

        public Tensor trunc() => Aten.trunc.Call(this);
        public Tensor trunc_() => InPlace(Aten.trunc_, this);
    }
}
