namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            private static readonly Operator alphaDropoutOperator = new("aten::alpha_dropout");
            private static readonly Operator alphaDropoutInPlace = new("aten::alpha_dropout_");
            private static readonly Operator featureAlphaDropoutOperator = new("aten::feature_alpha_dropout");
            private static readonly Operator featureAlphaDropoutInPlace = new("aten::feature_alpha_dropout_");

            public static Tensor dropout1d(Tensor input, double p = 0.5, bool training = true, bool inplace = false) =>
                dropout2d(input.unsqueeze(-1), p, training, inplace).squeeze(-1);

            public static Tensor dropout3d(Tensor input, double p = 0.5, bool training = true, bool inplace = false) =>
                (inplace ? featureDropoutInPlace : featureDropoutOperator).Call(input, p, training);

            public static Tensor alpha_dropout(Tensor input, double p = 0.5, bool training = false, bool inplace = false) =>
                (inplace ? alphaDropoutInPlace : alphaDropoutOperator).Call(input, p, training);

            public static Tensor feature_alpha_dropout(Tensor input, double p = 0.5, bool training = false, bool inplace = false) =>
                (inplace ? featureAlphaDropoutInPlace : featureAlphaDropoutOperator).Call(input, p, training);
        }
    }
}
