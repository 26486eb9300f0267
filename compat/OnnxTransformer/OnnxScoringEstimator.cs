using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms.Onnx;

public sealed class OnnxScoringEstimator : TrivialEstimator<OnnxTransformer>
{
    internal OnnxScoringEstimator(IHostEnvironment env, OnnxTransformer transformer)
        : base(env.Register(nameof(OnnxTransformer)), transformer)
    {
    }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Contracts.CheckValue(inputSchema, nameof(inputSchema));
        foreach (string name in Transformer.Inputs)
            CheckInput(inputSchema, name);
        // The names keep a ".output" suffix here that the transformer's schema takes off, and whatever is
        // not a vector of known size is said to be one of unknown size: both as in the real package.
        return inputSchema.With(Transformer.Outputs.Select((name, i) =>
        {
            var vector = Transformer.OutputTypes[i] as VectorDataViewType;
            SchemaShape.Column.VectorKind kind = vector is { IsKnownSize: true }
                ? SchemaShape.Column.VectorKind.Vector
                : SchemaShape.Column.VectorKind.VariableVector;
            return new SchemaShape.Column(name, kind, vector?.ItemType ?? Transformer.OutputTypes[i], false);
        }).ToArray());
    }

    private void CheckInput(SchemaShape inputSchema, string name)
    {
        if (!inputSchema.TryFindColumn(name, out SchemaShape.Column column))
            throw Contracts.ExceptSchemaMismatch(nameof(inputSchema), "input", name);
        OnnxVariable input = Array.Find(Transformer.Model.Inputs, candidate => candidate.Name == name)
            ?? throw Contracts.Except($"Column {name} doesn't match input node names of model.");
        if (input.Shape.Count(dimension => dimension == 0) > 1)
            throw new ArgumentOutOfRangeException(name, "Only 1 unknown dimension is allowed");
        if (!column.ItemType.Equals(input.ItemType))
            throw Contracts.ExceptSchemaMismatch(nameof(inputSchema), "input", name, input.ItemType.ToString(), column.ItemType.ToString());
    }
}
