namespace MLNetGen;

/// <summary>How a picture is optimised.</summary>
public enum PaintingOptimizer
{
    /// <summary>L-BFGS with steps of a fixed length: fewest iterations. Gatys, Ecker and Bethge 2016, section 2.3.</summary>
    /// <remarks>
    /// From noise, the first 30 iterations, at most half of all, are steps of Adam: where there is next to no contrast there is next to no curvature, and L-BFGS
    /// would leap. Where a step makes the loss three times the best one's, painting goes on from the best picture with ten small steps of Adam and half the rate.
    /// </remarks>
    Lbfgs,

    /// <summary>Adam: less memory, and goes on where L-BFGS gives up.</summary>
    Adam,
}
